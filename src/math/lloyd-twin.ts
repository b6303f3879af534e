/** Lloyd's algorithm in plain typed arrays: the oracle of the pruned kernel, and what runs where that cannot. */
import { dotTwin } from "./dots-twin.ts";
import type { KMeansPoints } from "./kmeans-points.ts";
import type { Matrix32 } from "./matrix.ts";
import { matrix32 } from "./matrix.ts";

export interface LloydSettings {
  readonly maxIterations: number;
  /** Stop when Σ‖Δcentre‖² is at most this. */
  readonly largestShift: number;
  readonly signal: AbortSignal | undefined;
}

/** Centres in the centred space [K, d], labels [n], Σ squared distance, and the number of steps. */
export interface LloydResult {
  readonly centres: Matrix32;
  readonly labels: Int32Array;
  readonly inertia: number;
  readonly iterations: number;
}

/** Lloyd's steps from the given centres; the result's labels are those of its centres. Throws on an aborted signal. */
export function lloydTwin(points: KMeansPoints, start: Matrix32, settings: LloydSettings): LloydResult {
  const { centred } = points;
  const labels = new Int32Array(centred.rows).fill(-1);
  let centres: Matrix32 = { ...start, data: start.data.slice() };
  let iterations = 0;
  let settled = false;
  while (iterations < settings.maxIterations && !settled) {
    settings.signal?.throwIfAborted();
    iterations++;
    settled = assign(centred, centres, labels) === 0;
    const next = meansOf(centred, centres, labels);
    const shift = squaredDistance(next.data, 0, centres.data, 0, next.data.length);
    centres = next;
    if (!settled && shift <= settings.largestShift) break;
  }
  if (!settled) assign(centred, centres, labels);
  const inertia = distancesToOwn(centred, centres, labels).reduce((sum, value) => sum + value, 0);
  return { centres, labels, inertia, iterations };
}

/** Labels every point with its nearest centre, ties to the lower index; how many labels changed. */
function assign(points: Matrix32, centres: Matrix32, labels: Int32Array): number {
  const round = Math.fround;
  const d = points.cols;
  const squares = Float32Array.from({ length: centres.rows }, (_, j) =>
    dotTwin(centres.data, j * d, centres.data, j * d, d),
  );
  let changed = 0;
  for (let i = 0; i < points.rows; i++) {
    let best = 0;
    let least = Infinity;
    for (let j = 0; j < centres.rows; j++) {
      const value = round(squares[j]! - round(2 * dotTwin(points.data, i * d, centres.data, j * d, d)));
      if (value < least) {
        least = value;
        best = j;
      }
    }
    if (labels[i] !== best) changed++;
    labels[i] = best;
  }
  return changed;
}

function meansOf(points: Matrix32, centres: Matrix32, labels: Int32Array): Matrix32 {
  const d = points.cols;
  const sums = new Float64Array(centres.rows * d);
  const counts = new Int32Array(centres.rows);
  const add = (i: number, cluster: number, sign: number): void => {
    counts[cluster]! += sign;
    for (let p = 0; p < d; p++) sums[cluster * d + p]! += sign * points.data[i * d + p]!;
  };
  for (let i = 0; i < points.rows; i++) add(i, labels[i]!, 1);
  const empty = emptyClusters(counts);
  if (empty.length > 0) {
    const farthest = farthestPoints(distancesToOwn(points, centres, labels), labels, counts, empty.length);
    farthest.forEach((i, e) => {
      add(i, labels[i]!, -1);
      add(i, empty[e]!, 1);
    });
  }
  const out = matrix32(centres.rows, d);
  for (let p = 0; p < sums.length; p++) out.data[p] = sums[p]! / counts[Math.floor(p / d)]!;
  return out;
}

/** Indices of the clusters without a point. */
export function emptyClusters(counts: Int32Array): number[] {
  return [...counts.keys()].filter((j) => counts[j] === 0);
}

/**
 * The points that become the centres of empty clusters: the farthest from their own centre, the farthest first, ties
 * to the lower index, none the last of its cluster.
 */
export function farthestPoints(
  distances: Float64Array,
  labels: Int32Array,
  counts: Int32Array,
  howMany: number,
): number[] {
  const left = counts.slice();
  const taken: number[] = [];
  const order = [...distances.keys()].sort((a, b) => distances[b]! - distances[a]! || a - b);
  for (const i of order) {
    if (taken.length === howMany) break;
    if (left[labels[i]!]! <= 1) continue;
    left[labels[i]!]! -= 1;
    taken.push(i);
  }
  return taken;
}

function distancesToOwn(points: Matrix32, centres: Matrix32, labels: Int32Array): Float64Array {
  const d = points.cols;
  return Float64Array.from(labels, (label, i) => squaredDistance(points.data, i * d, centres.data, label * d, d));
}

function squaredDistance(a: Float32Array, aStart: number, b: Float32Array, bStart: number, length: number): number {
  let sum = 0;
  for (let p = 0; p < length; p++) {
    const difference = a[aStart + p]! - b[bStart + p]!;
    sum += difference * difference;
  }
  return sum;
}
