/**
 * The exact nearest rows to a query by inner product, at half the memory traffic of a full scan: a scan of 16-bit
 * copies, whose error is bounded, leaves a few candidates, and only those are multiplied in floats.
 */
import type { KernelHeap } from "./kernel-heap.ts";
import { copyRowsIn, kernelHeap, paddedLength } from "./kernel-heap.ts";
import type { Matrix32 } from "./matrix.ts";
import { ShapeError } from "./matrix.ts";
import type { Resident } from "./resident.ts";
import { residentDots, residentMatrix } from "./resident.ts";
import { topK } from "./top-k.ts";

export interface NeighbourIndex {
  readonly rows: number;
  readonly cols: number;
  /** Small matrices, and machines without SIMD, are scanned in full. */
  readonly plain: Resident | undefined;
  readonly scan: ScanMemory | undefined;
}

interface ScanMemory {
  readonly heap: KernelHeap;
  readonly at: { readonly coarse: number; readonly query: number; readonly coarseQuery: number; readonly out: number };
  readonly coarseStride: number;
  /** Of the rows: the longest, its units per unit of length, the longest rounding error. */
  readonly radius: number;
  readonly scale: number;
  readonly error: number;
}

/** Rows by falling inner product with the query, ties to the lower row: [k] each. */
export interface Neighbours {
  readonly indices: Int32Array;
  readonly similarities: Float32Array;
}

/** The longest vector becomes this many 16-bit units; products of two then stay below 2^31. */
const coarseRadius = 32_000;
const smallestScan = 1 << 18;

/** An index over the rows of m [n, d], which are copied. For cosine neighbours the rows must have unit length. */
export function neighbourIndex(m: Matrix32): NeighbourIndex {
  const { rows, cols } = m;
  const scan = rows * cols < smallestScan ? undefined : scanMemory(m);
  return { rows, cols, scan, plain: scan === undefined ? residentMatrix(m) : undefined };
}

/**
 * The k nearest rows, exactly those and with those bits that `residentDots` and `topK` give.
 * Fewer than k when there are fewer rows. Throws ShapeError for a query of another length.
 */
export function nearestNeighbours(index: NeighbourIndex, query: Float32Array, k: number): Neighbours {
  if (query.length !== index.cols) {
    throw new ShapeError(`nearestNeighbours: a query of ${query.length} for rows of ${index.cols}`);
  }
  const { scan, plain } = index;
  if (scan !== undefined) return scanNearest(scan, index, query, k);
  const products = residentDots(plain!, query);
  const indices = topK(products, k);
  return { indices, similarities: Float32Array.from(indices, (i) => products[i]!) };
}

/** Undefined without SIMD, or when a row is zero, infinite or NaN throughout and so gives no scale. */
function scanMemory(m: Matrix32): ScanMemory | undefined {
  const { rows, cols } = m;
  const stride = paddedLength(cols);
  const coarseStride = (cols + 15) & ~15;
  const coarse = rows * stride * 4;
  const query = coarse + rows * coarseStride * 2;
  const coarseQuery = query + stride * 4;
  const out = coarseQuery + coarseStride * 2;
  const heap = kernelHeap(out + rows * 12);
  const radius = longestRow(m);
  if (heap === undefined || !(radius > 0 && radius < 1e18)) return undefined;
  copyRowsIn(heap, 0, m, 0, rows);
  const scale = Math.fround(coarseRadius / radius);
  const squaredError = heap.kernels.quantiseRows(0, rows, stride, coarse, coarseStride, scale);
  const error = roundedUp(squaredError, radius);
  return { heap, at: { coarse, query, coarseQuery, out }, coarseStride, radius, scale, error };
}

function scanNearest(scan: ScanMemory, { rows, cols }: NeighbourIndex, query: Float32Array, k: number): Neighbours {
  const { heap, at, coarseStride } = scan;
  const { kernels } = heap;
  const stride = paddedLength(cols);
  const asRow = { rows: 1, cols, data: query };
  const length = longestRow(asRow);
  if (!Number.isFinite(length)) throw new RangeError("nearestNeighbours: the query holds a number that is not finite");
  const scale = Math.fround(length > 0 ? Math.min(coarseRadius / length, 1e30) : 1);
  copyRowsIn(heap, at.query, asRow, 0, 1);
  const squaredError = kernels.quantiseRows(at.query, 1, stride, at.coarseQuery, coarseStride, scale);
  kernels.coarseScan(at.coarse, rows, coarseStride, at.coarseQuery, at.out);
  const error = roundedUp(squaredError, length);
  // Both roundings, and those of the single-precision sums that have the last word.
  const noise = (stride / 4 + 8) * 2 ** -24 * length * scan.radius;
  const bound = length * scan.error + scan.radius * error + scan.error * error + noise;
  const list = candidates(heap.ints().subarray(at.out / 4, at.out / 4 + rows), k, 2 * bound * scale * scan.scale + 1);
  const listStart = at.out + rows * 4;
  const exactStart = listStart + rows * 4;
  heap.ints().set(list, listStart / 4);
  kernels.dotList(0, stride, at.query, listStart, list.length, exactStart);
  const exact = heap.floats().subarray(exactStart / 4, exactStart / 4 + list.length);
  const order = topK(exact, k);
  return { indices: order.map((e) => list[e]!), similarities: Float32Array.from(order, (e) => exact[e]!) };
}

/** 2^20 units to a step: a thousandth of the largest product there is. */
const stepBits = 20;
const steps = 2 ** (32 - stepBits);

/**
 * Rows in order, and among them all whose rough product is no more than `margin` units below the k-th largest.
 * Counting products by steps finds the step that holds the k-th largest without sorting a row.
 */
function candidates(products: Int32Array, k: number, margin: number): Int32Array {
  const limit = stepOf(products, Math.min(k, products.length)) * 2 ** stepBits - margin;
  const list: number[] = [];
  for (let i = 0; i < products.length; i++) if (products[i]! >= limit) list.push(i);
  return Int32Array.from(list);
}

/** The highest step that k products reach or pass. */
function stepOf(products: Int32Array, k: number): number {
  const counts = new Int32Array(steps);
  for (let i = 0; i < products.length; i++) counts[(products[i]! >> stepBits) + steps / 2]! += 1;
  let step = steps - 1;
  for (let reached = counts[step]!; reached < k && step > 0; reached += counts[step]!) step--;
  return step - steps / 2;
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
