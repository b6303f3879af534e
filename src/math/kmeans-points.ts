/** Points made ready for k-means: centred once, so that many restarts, on any thread, share the work. */
import type { KernelHeap } from "./kernel-heap.ts";
import { copyRowsIn, kernelHeap, paddedLength } from "./kernel-heap.ts";
import type { Matrix32 } from "./matrix.ts";
import { columnMeans } from "./matrix.ts";

export interface KMeansPoints {
  /** [n, d], column means subtracted */
  readonly centred: Matrix32;
  /** [d] */
  readonly means: Float64Array;
  /** |x_i|² of the centred rows. [n] */
  readonly squares: Float32Array;
  /** The longest centred row. */
  readonly radius: number;
  /** The scale of the stopping tolerance. */
  readonly meanColumnVariance: number;
  /** The centred rows in the kernels' memory from address 0, where SIMD is available. */
  readonly heap: KernelHeap | undefined;
  /** Behind them the same rows in 16 bits, once `lloyd` has made them; `free` is the first address after both. */
  readonly coarse: { readonly start: number; readonly stride: number; scale: number; error: number };
  readonly free: number;
}

/** Centred points for `kMeansRestart`. Throws RangeError if a number is not finite. */
export function kMeansPoints(points: Matrix32): KMeansPoints {
  const { rows, cols } = points;
  const means = columnMeans(points);
  const data = new Float32Array(rows * cols);
  const squares = new Float32Array(rows);
  let total = 0;
  let largest = 0;
  for (let i = 0; i < rows; i++) {
    let square = 0;
    for (let j = 0, p = i * cols; j < cols; j++, p++) {
      const value = Math.fround(points.data[p]! - means[j]!);
      data[p] = value;
      square += value * value;
    }
    if (!Number.isFinite(square)) throw new RangeError(`kMeans: row ${i} holds a number that is not finite`);
    squares[i] = square;
    total += square;
    if (square > largest) largest = square;
  }
  const centred = { rows, cols, data };
  const coarse = { start: rows * paddedLength(cols) * 4, stride: (cols + 15) & ~15, scale: 0, error: 0 };
  const free = coarse.start + rows * coarse.stride * 2;
  const heap = kernelHeap(free);
  if (heap !== undefined) copyRowsIn(heap, 0, centred, 0, rows);
  const meanColumnVariance = rows * cols === 0 ? 0 : total / (rows * cols);
  return { centred, means, squares, radius: Math.sqrt(largest), meanColumnVariance, heap, coarse, free };
}

/** How many different rows there are, counted no further than `enough`. */
export function distinctRows({ rows, cols, data }: Matrix32, enough: number): number {
  const byHash = new Map<number, number[]>();
  const same = (a: number, b: number): boolean => {
    for (let p = 0; p < cols; p++) if (data[a * cols + p] !== data[b * cols + p]) return false;
    return true;
  };
  let count = 0;
  for (let i = 0; i < rows && count < enough; i++) {
    let hash = 0;
    // The sum of scaled values: equal rows hash alike, 0 and −0 too.
    for (let p = i * cols; p < (i + 1) * cols; p++) hash = hash * 1.000_01 + data[p]!;
    const seen = byHash.get(hash) ?? [];
    if (seen.some((j) => same(i, j))) continue;
    byHash.set(hash, [...seen, i]);
    count++;
  }
  return count;
}
