/** Ranks as worth: 1/(1 + rank) per row, rank 0 for the highest value. Ties keep column order; NaN ranks last. */
import { matrix, row } from "../math/matrix.ts";
import type { Matrix } from "../math/matrix.ts";

/** [K, m] → [K, m] of 1, 1/2, 1/3, … by descending value in each row. */
export function rankShares(values: Matrix): Matrix {
  const out = matrix(values.rows, values.cols);
  for (let c = 0; c < values.rows; c++) rankRow(row(values, c), row(out, c));
  return out;
}

/** The same for one row, into `out` [m]. */
export function rankRow(values: Float64Array, out: Float64Array): Float64Array {
  const known = (value: number | undefined): number => (value === undefined || Number.isNaN(value) ? -Infinity : value);
  const order = Array.from(values, (_, j) => j).toSorted((a, b) => {
    const difference = known(values[b]) - known(values[a]);
    return Number.isNaN(difference) ? a - b : difference || a - b;
  });
  order.forEach((column, rank) => (out[column] = 1 / (1 + rank)));
  return out;
}
