/**
 * Greedy k-means++ seeding: each next centre is the best of 2 + ⌊ln K⌋ candidates drawn with probability proportional
 * to the squared distance to the nearest centre so far.
 * Source: Arthur & Vassilvitskii, SODA 2007; the greedy form is scikit-learn's.
 */
import { dotsTwin } from "./dots-twin.ts";
import { paddedLength } from "./kernel-heap.ts";
import type { KMeansPoints } from "./kmeans-points.ts";
import type { Matrix32 } from "./matrix.ts";
import { selectRows } from "./matrix.ts";
import type { Random } from "./random.ts";

/** K of the centred rows as starting centres. [clusters, d] */
export function kMeansPlusPlus(points: KMeansPoints, clusters: number, random: Random): Matrix32 {
  const n = points.centred.rows;
  const chosen = [random.below(n)];
  const candidates = 2 + Math.floor(Math.log(clusters));
  const closest = new Float64Array(n).fill(Infinity);
  const candidate = new Float64Array(n);
  const cumulative = new Float64Array(n);
  let potential = lower(points, chosen, products(points, chosen), 0, closest, closest);
  while (chosen.length < clusters) {
    accumulate(closest, cumulative);
    const drawn = Array.from({ length: candidates }, () => drawIndex(cumulative, random.uniform() * potential));
    const all = products(points, drawn);
    const potentials = drawn.map((_, c) => lower(points, drawn, all, c, closest, candidate));
    const best = potentials.indexOf(Math.min(...potentials));
    chosen.push(drawn[best]!);
    potential = lower(points, drawn, all, best, closest, closest);
  }
  return selectRows(points.centred, chosen);
}

/** The dot products of the given rows with all rows. [indices.length, n] */
function products({ centred, heap, free }: KMeansPoints, indices: readonly number[]): Float32Array {
  const { rows, cols } = centred;
  if (heap === undefined) return dotsTwin(selectRows(centred, indices), centred).data;
  const stride = paddedLength(cols);
  const outStart = free + indices.length * stride * 4;
  heap.reserve(outStart + indices.length * rows * 4);
  const floats = heap.floats();
  indices.forEach((i, c) => {
    floats.copyWithin(free / 4 + c * stride, i * stride, (i + 1) * stride);
  });
  heap.kernels.dotRows(free, indices.length, 0, rows, stride, outStart, rows);
  return floats.subarray(outStart / 4, outStart / 4 + indices.length * rows);
}

/**
 * The squared distances to the nearest centre once candidate c is one too, from `closest` into `lowered` (which may be
 * the same), and their sum: the potential.
 */
function lower(
  { squares }: KMeansPoints,
  drawn: readonly number[],
  all: Float32Array,
  c: number,
  closest: Float64Array,
  lowered: Float64Array,
): number {
  const square = squares[drawn[c]!]!;
  const offset = c * closest.length;
  let sum = 0;
  for (let i = 0; i < closest.length; i++) {
    const distance = squares[i]! + square - 2 * all[offset + i]!;
    const least = distance < closest[i]! ? Math.max(0, distance) : closest[i]!;
    lowered[i] = least;
    sum += least;
  }
  return sum;
}

function accumulate(values: Float64Array, cumulative: Float64Array): void {
  let sum = 0;
  for (let i = 0; i < values.length; i++) cumulative[i] = sum += values[i]!;
}

/** The first index whose cumulative value exceeds `target`; the last one if none does. */
function drawIndex(cumulative: Float64Array, target: number): number {
  let low = 0;
  let high = cumulative.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (cumulative[middle]! > target) high = middle;
    else low = middle + 1;
  }
  return low;
}
