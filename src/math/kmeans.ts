/**
 * k-means with the semantics of scikit-learn's `KMeans`: centred columns, greedy k-means++ seeding, Lloyd's steps,
 * several restarts. Ties go to the lower index; an empty cluster takes the point farthest from its own centre.
 * Every restart has a random stream of its own, so restarts may run on any number of threads: the bytes are the same.
 */
import type { KMeansPoints } from "./kmeans-points.ts";
import { distinctRows, kMeansPoints } from "./kmeans-points.ts";
import { kMeansPlusPlus } from "./kmeans-plus-plus.ts";
import { lloyd } from "./lloyd.ts";
import type { Matrix32 } from "./matrix.ts";
import { matrix32, ShapeError } from "./matrix.ts";
import type { Random } from "./random.ts";

export type { KMeansPoints } from "./kmeans-points.ts";
export { kMeansPoints } from "./kmeans-points.ts";

export interface KMeansOptions {
  /** How many clusters; cut to the number of distinct rows. Minimum: 1. */
  readonly clusters: number;
  /** Runs from different seedings, of which the one with the least inertia is kept. Minimum: 1. @default 10 */
  readonly restarts?: number;
  /** Lloyd's steps a restart. @default 300 */
  readonly maxIterations?: number;
  /** Stop when Σ‖Δcentre‖² is at most this times the mean column variance. @default 1e-4 */
  readonly tolerance?: number;
  /** Centres [K, d] to start from instead of seeding; then one restart is enough, and only one is run. */
  readonly initialCentres?: Matrix32;
  /** Checked before every step. */
  readonly signal?: AbortSignal;
}

/** Centroids [K, d], the cluster of every row [n], the sum of squared distances, and Lloyd's steps of the kept run. */
export interface KMeansResult {
  readonly centroids: Matrix32;
  readonly labels: Int32Array;
  readonly inertia: number;
  readonly iterations: number;
}

/**
 * The best of several k-means runs on the rows of points [n, d], restart r drawing from `random(r)`.
 * No rows or no clusters give no centroids. Throws RangeError if a number is not finite, ShapeError if the initial
 * centres do not fit, and the signal's reason when aborted.
 */
export function kMeans(points: Matrix32, options: KMeansOptions, random: (restart: number) => Random): KMeansResult {
  const prepared = kMeansPoints(points);
  const restarts = options.initialCentres === undefined ? Math.max(1, options.restarts ?? 10) : 1;
  return leastInertia(Array.from({ length: restarts }, (_, r) => kMeansRestart(prepared, options, random(r))));
}

/** One restart of k-means on points made ready by `kMeansPoints`: the unit of work for a pool of threads. */
export function kMeansRestart(points: KMeansPoints, options: KMeansOptions, random: Random): KMeansResult {
  const { centred } = points;
  const { initialCentres } = options;
  if (initialCentres !== undefined && initialCentres.cols !== centred.cols) {
    throw new ShapeError(
      `kMeans: initial centres [${initialCentres.rows}, ${initialCentres.cols}] do not fit rows of ${centred.cols}`,
    );
  }
  const wanted = Math.max(0, Math.min(options.clusters, initialCentres?.rows ?? options.clusters));
  const clusters = distinctRows(centred, wanted);
  if (clusters === 0) {
    return { centroids: matrix32(0, centred.cols), labels: new Int32Array(centred.rows), inertia: 0, iterations: 0 };
  }
  const start =
    initialCentres === undefined
      ? kMeansPlusPlus(points, clusters, random)
      : shifted(initialCentres, clusters, points.means, -1);
  const result = lloyd(points, start, {
    maxIterations: options.maxIterations ?? 300,
    largestShift: (options.tolerance ?? 1e-4) * points.meanColumnVariance,
    signal: options.signal,
  });
  const { labels, inertia, iterations } = result;
  return { centroids: shifted(result.centres, clusters, points.means, 1), labels, inertia, iterations };
}

/** The result with the least inertia, the first among equals. Throws RangeError for none. */
export function leastInertia(results: readonly KMeansResult[]): KMeansResult {
  let best = results[0];
  for (const result of results) if (result.inertia < best!.inertia) best = result;
  if (best === undefined) throw new RangeError("leastInertia: no results");
  return best;
}

/** The first `rows` rows, moved by the means. */
function shifted(m: Matrix32, rows: number, means: Float64Array, sign: number): Matrix32 {
  const out = matrix32(rows, m.cols);
  for (let start = 0; start < out.data.length; start += m.cols) {
    for (let p = 0; p < m.cols; p++) out.data[start + p] = m.data[start + p]! + sign * means[p]!;
  }
  return out;
}
