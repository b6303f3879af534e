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
/** What the kernel that lists the leading rows counts in. */
const countBytes = 4 * 4096;

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
  const heap = kernelHeap(out + rows * 12 + countBytes);
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
  const list = at.out + rows * 4;
  const exact = list + rows * 4;
  const counts = exact + rows * 4;
  const margin = 2 * bound * scale * scan.scale + 1;
  const listed = kernels.leadingRows(at.out, rows, Math.min(k, rows), margin, counts, list);
  kernels.dotList(0, stride, at.query, list, listed, exact);
  return topListed(heap.ints().subarray(list / 4), heap.floats().subarray(exact / 4, exact / 4 + listed), k);
}

/** The k rows with the largest products, `rows` being in order. */
function topListed(rows: Int32Array, products: Float32Array, k: number): Neighbours {
  const order = topK(products, k);
  const similarities = new Float32Array(order.length);
  for (let r = 0; r < order.length; r++) {
    similarities[r] = products[order[r]!]!;
    order[r] = rows[order[r]!]!;
  }
  return { indices: order, similarities };
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
