/**
 * Rows rounded to 16-bit integers, each on a scale of its own, and their products: the twin of assembly/fixed-point.ts
 * in plain typed arrays, with the same bits. Sums of integers are exact, so their order does not matter.
 */
import { dotTwin } from "./dots-twin.ts";
import type { Matrix32 } from "./matrix.ts";
import { matrix32 } from "./matrix.ts";

/** Lengths multiplied, in units of the rows, must stay below 2^31, rounding included. */
export const longestProduct = 2_116_000_000;
/** The longest a row may be when the other is no longer. */
export const longestRow = 46_000;
/** Adding and taking off 1.5 · 2^23 rounds a float to the nearest integer, halves to even. */
const rounding = 12_582_912;

export interface FixedRows {
  readonly rows: number;
  readonly cols: number;
  /** [rows · cols] */
  readonly data: Int16Array;
  /** [rows] what 1 stands for, 0 for a row of zeros */
  readonly units: Float32Array;
}

/** Every row rounded to the finest scale at which it is no longer than `longest`. */
export function fixedRows({ rows, cols, data }: Matrix32, longest: number): FixedRows {
  const round = Math.fround;
  const out = { rows, cols, data: new Int16Array(rows * cols), units: new Float32Array(rows) };
  for (let i = 0; i < rows; i++) {
    const start = i * cols;
    let largest = 0;
    for (let p = start; p < start + cols; p++) largest = Math.max(largest, Math.abs(data[p]!));
    const length = round(Math.sqrt(dotTwin(data, start, data, start, cols)));
    if (!(length > 0)) continue;
    const scale = Math.min(round(32_767 / largest), round(longest / length));
    out.units[i] = 1 / scale;
    for (let p = start; p < start + cols; p++) {
      out.data[p] = round(round(round(data[p]! * scale) + rounding) - rounding);
    }
  }
  return out;
}

/** The products of every row of a [n, d] with every row of b [k, d]. [n, k] */
export function fixedDots(a: FixedRows, b: FixedRows): Matrix32 {
  const out = matrix32(a.rows, b.rows);
  for (let i = 0; i < a.rows; i++) {
    for (let j = 0; j < b.rows; j++) {
      let sum = 0;
      for (let c = 0; c < a.cols; c++) sum += a.data[i * a.cols + c]! * b.data[j * b.cols + c]!;
      out.data[i * b.rows + j] = Math.fround(Math.fround(sum) * a.units[i]!) * b.units[j]!;
    }
  }
  return out;
}

/** Column i of rows [k, n] times units[i]. [k, n] */
export function scaledColumns({ rows, cols, data }: Matrix32, units: Float32Array): Matrix32 {
  return { rows, cols, data: data.map((value, p) => value * units[p % cols]!) };
}

/** Σ_i a[j, i] · b[i, c] for a [k, n] on its units, b [n, d] as integers. [k, d] */
export function fixedSums(a: FixedRows, b: FixedRows): Matrix32 {
  const out = matrix32(a.rows, b.cols);
  for (let j = 0; j < a.rows; j++) {
    const sums = new Float64Array(b.cols);
    for (let i = 0; i < b.rows; i++) {
      const weight = a.data[j * a.cols + i]!;
      for (let c = 0; c < b.cols; c++) sums[c]! += weight * b.data[i * b.cols + c]!;
    }
    for (let c = 0; c < b.cols; c++) out.data[j * b.cols + c] = Math.fround(sums[c]!) * a.units[j]!;
  }
  return out;
}
