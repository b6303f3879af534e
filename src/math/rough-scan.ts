/**
 * The inner products of a query with every row of a matrix, in 16-bit integers: half the instructions of floats, exact in
 * themselves, and within a known bound of the true ones.
 */
import type { KernelHeap } from "./kernel-heap.ts";
import { copyRowsIn, kernelHeap, paddedLength } from "./kernel-heap.ts";
import type { Matrix32 } from "./matrix.ts";

export interface RoughScan {
  readonly heap: KernelHeap;
  readonly rows: number;
  readonly cols: number;
  /** Addresses in bytes; the rows in floats stand at 0. From `end` on the memory is the caller's. */
  readonly at: Readonly<Record<"coarse" | "query" | "coarseQuery" | "products" | "end", number>>;
  readonly coarseStride: number;
  /** Of the rows: the longest, its units per unit of length, the longest rounding error. */
  readonly radius: number;
  readonly scale: number;
  readonly error: number;
}

export interface RoughProducts {
  /** How many units of the integers at `at.products` are an inner product of 1. */
  readonly unit: number;
  /** No product is further than this from the true one, nor from that of single-precision sums; in units. */
  readonly bound: number;
}

/** The longest vector becomes this many 16-bit units; products of two then stay below 2^31, and so do their differences. */
const coarseRadius = 32_000;
/** Rows that the kernel takes at a time. */
const blockRows = 32;

/**
 * A scan over the rows of m [n, d], which are copied, with `extraBytes` for the caller. Undefined without SIMD, or when no
 * row gives a scale, being zero, or when one is not finite.
 */
export function roughScan(m: Matrix32, extraBytes: number): RoughScan | undefined {
  const { rows, cols } = m;
  const radius = longestRow(m);
  if (!(radius > 0 && radius < 1e18)) return undefined;
  const stride = paddedLength(cols);
  const coarseStride = (cols + 15) & ~15;
  const padded = Math.ceil(rows / blockRows) * blockRows;
  const coarse = rows * stride * 4;
  const query = coarse + padded * coarseStride * 2;
  const coarseQuery = query + stride * 4;
  const products = coarseQuery + coarseStride * 2;
  const end = products + padded * 4;
  const block = end + extraBytes;
  const heap = kernelHeap(block + blockRows * coarseStride * 2);
  if (heap === undefined) return undefined;
  copyRowsIn(heap, 0, m, 0, rows);
  const scale = Math.fround(coarseRadius / radius);
  let squaredError = 0;
  for (let i = 0; i < rows; i += blockRows) {
    const count = Math.min(blockRows, rows - i);
    const ofBlock = heap.kernels.quantiseRows(i * stride * 4, count, stride, block, coarseStride, scale);
    squaredError = Math.max(squaredError, ofBlock);
    heap.kernels.interleaveBlock(block, coarseStride / 2, coarse + i * coarseStride * 2);
  }
  const error = roundedUp(squaredError, radius);
  return { heap, rows, cols, at: { coarse, query, coarseQuery, products, end }, coarseStride, radius, scale, error };
}

/** Leaves the products of the query with every row at `at.products`. Throws RangeError unless the query is finite. */
export function roughProducts(scan: RoughScan, query: Float32Array): RoughProducts {
  const { heap, at, coarseStride, rows, cols } = scan;
  const stride = paddedLength(cols);
  const asRow = { rows: 1, cols, data: query };
  const length = longestRow(asRow);
  if (!Number.isFinite(length)) throw new RangeError("a scan's query holds a number that is not finite");
  const scale = Math.fround(length > 0 ? Math.min(coarseRadius / length, 1e30) : 1);
  copyRowsIn(heap, at.query, asRow, 0, 1);
  const squaredError = heap.kernels.quantiseRows(at.query, 1, stride, at.coarseQuery, coarseStride, scale);
  heap.kernels.coarseScan(at.coarse, Math.ceil(rows / blockRows), coarseStride / 2, at.coarseQuery, at.products);
  const error = roundedUp(squaredError, length);
  // Both roundings, and those of single-precision sums.
  const noise = (stride / 4 + 8) * 2 ** -24 * length * scan.radius;
  const bound = length * scan.error + scan.radius * error + scan.error * error + noise;
  const unit = scale * scan.scale;
  return { unit, bound: bound * unit };
}

function longestRow({ rows, cols, data }: Matrix32): number {
  let longest = 0;
  for (let i = 0; i < rows; i++) {
    let square = 0;
    for (let p = i * cols; p < (i + 1) * cols; p++) square += data[p]! * data[p]!;
    // A NaN must win, so that the caller sees it.
    if (!(square <= longest)) longest = square;
    if (Number.isNaN(longest)) return NaN;
  }
  return Math.sqrt(longest);
}

/** The length of an error whose square came from single-precision sums, as a bound. */
function roundedUp(squaredError: number, radius: number): number {
  return Math.sqrt(squaredError) * (1 + 1e-3) + 1e-6 * radius;
}
