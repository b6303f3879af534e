/** Points made ready for k-means: centred once, so that many restarts, on any thread, share the work. */
import { dotTwin } from "./dots-twin.ts";
import type { KernelHeap } from "./kernel-heap.ts";
import { copyRowsIn, copyRowsOut, kernelHeap, paddedLength } from "./kernel-heap.ts";
import type { Matrix32 } from "./matrix.ts";
import { matrix32 } from "./matrix.ts";

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
  const coarse = { start: rows * paddedLength(cols) * 4, stride: (cols + 15) & ~15, scale: 0, error: 0 };
  const free = coarse.start + rows * coarse.stride * 2;
  const heap = kernelHeap(free);
  const { means, centred, squares } = heap === undefined ? centre(points) : centreInHeap(points, heap, coarse.start);
  let total = 0;
  let largest = 0;
  for (let i = 0; i < rows; i++) {
    const square = squares[i]!;
    if (!Number.isFinite(square)) throw new RangeError(`kMeans: ${notFinite(points)}`);
    total += square;
    if (square > largest) largest = square;
  }
  const meanColumnVariance = rows * cols === 0 ? 0 : total / (rows * cols);
  // The squares are single-precision sums: a little more than their root is surely long enough.
  const radius = Math.sqrt(largest) * (1 + 1e-5);
  return { centred, means, squares, radius, meanColumnVariance, heap, coarse, free };
}

type Centred = Pick<KMeansPoints, "means" | "centred" | "squares">;

function centreInHeap(points: Matrix32, heap: KernelHeap, free: number): Centred {
  const { rows, cols } = points;
  const stride = paddedLength(cols);
  copyRowsIn(heap, 0, points, 0, rows);
  // Scratch for the sums and the squares, in the space of the 16-bit rows still to come.
  heap.reserve(free + stride * 8 + rows * 4);
  const sums = new Float64Array(heap.floats().buffer, free, stride).fill(0);
  heap.kernels.columnSums(0, rows, stride, free);
  for (let p = 0; p < cols; p++) sums[p]! /= rows;
  heap.kernels.centreRows(0, rows, stride, free, free + stride * 8);
  const centred = matrix32(rows, cols);
  copyRowsOut(heap, 0, rows, cols, centred.data);
  const squares = new Float32Array(heap.floats().buffer, free + stride * 8, rows).slice();
  return { means: sums.slice(0, cols), centred, squares };
}

/** The typed-array twin of `centreInHeap`. */
function centre(points: Matrix32): Centred {
  const { rows, cols, data } = points;
  const means = new Float64Array(cols);
  for (let p = 0; p < data.length; p++) means[p % cols]! += data[p]!;
  for (let p = 0; p < cols; p++) means[p]! /= rows;
  const centred = matrix32(rows, cols);
  for (let p = 0; p < data.length; p++) centred.data[p] = data[p]! - means[p % cols]!;
  const squares = Float32Array.from({ length: rows }, (_, i) =>
    dotTwin(centred.data, i * cols, centred.data, i * cols, cols),
  );
  return { means, centred, squares };
}

function notFinite({ cols, data }: Matrix32): string {
  const at = data.findIndex((value) => !Number.isFinite(value));
  return at < 0 ? "the rows are too long to square" : `row ${Math.floor(at / cols)} holds a number that is not finite`;
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
