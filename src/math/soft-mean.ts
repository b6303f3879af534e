/**
 * The mean outcome of all rows of a matrix, weighed by how they resemble a query,
 *   Σ w_i·y_i / Σ w_i,  w_i = e^(rate · x_i·q),  over the rows whose outcome is known.
 * Every row takes part, so it costs a scan of them all; with thousands of rows a rough one, whose products are off by
 * some 1e-4 of the longest and the mean by far less.
 */
import type { Matrix32 } from "./matrix.ts";
import { ShapeError } from "./matrix.ts";
import type { Resident } from "./resident.ts";
import { residentDots, residentMatrix } from "./resident.ts";
import { roughProducts, roughScan } from "./rough-scan.ts";
import type { RoughScan } from "./rough-scan.ts";

export interface SoftMean {
  /** [n] NaN = unknown */
  readonly outcomes: Float32Array;
  /** Small matrices, and machines without SIMD, are multiplied in floats. */
  readonly plain: Resident | undefined;
  readonly scan: RoughScan | undefined;
}

const smallestScan = 1 << 18;

/** Ready for queries over the rows of points [n, d], which are copied, and their outcomes [n]. */
export function softMeanOver(points: Matrix32, outcomes: Float32Array): SoftMean {
  if (outcomes.length !== points.rows) {
    throw new ShapeError(`softMeanOver: ${outcomes.length} outcomes for ${points.rows} rows`);
  }
  const fours = Math.ceil(points.rows / 4) * 4;
  const scan = points.rows * points.cols < smallestScan ? undefined : roughScan(points, fours * 4 + 16);
  if (scan === undefined) return { outcomes, scan, plain: residentMatrix(points) };
  const known = scan.heap.floats().subarray(scan.at.end / 4, scan.at.end / 4 + fours);
  known.fill(NaN);
  known.set(outcomes);
  return { outcomes, scan, plain: undefined };
}

/** The mean for one query; `rateOf` is told the largest inner product. NaN where no outcome is known. */
export function softMean(over: SoftMean, query: Float32Array, rateOf: (largest: number) => number): number {
  const { scan } = over;
  if (scan === undefined) return plainMean(over.outcomes, residentDots(over.plain!, query), rateOf);
  const { heap, at, rows } = scan;
  const { unit } = roughProducts(scan, query);
  const largest = heap.kernels.largestProduct(at.products, rows);
  const sums = Math.ceil((at.end + rows * 4) / 16) * 16;
  heap.kernels.softSums(at.products, rows, largest, rateOf(largest / unit) / unit, at.end, sums);
  const [all, won] = new Float64Array(heap.floats().buffer, sums, 2);
  return all! > 0 ? won! / all! : NaN;
}

function plainMean(outcomes: Float32Array, products: Float32Array, rateOf: (largest: number) => number): number {
  const largest = products.reduce((most, value) => Math.max(most, value), -Infinity);
  const rate = rateOf(largest);
  let all = 0;
  let won = 0;
  products.forEach((product, i) => {
    const y = outcomes[i]!;
    if (Number.isNaN(y)) return;
    const weight = Math.exp(rate * (product - largest));
    all += weight;
    won += weight * y;
  });
  return all > 0 ? won / all : NaN;
}
