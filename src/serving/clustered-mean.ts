/** A mean over observations that come in clusters (the same prompt asked again), with its interval: whole clusters are resampled. */
import { columnInterval, stratifiedBootstrap } from "../math/bootstrap.ts";
import { matrix } from "../math/matrix.ts";
import { seededRandom } from "../math/random.ts";
import { mean } from "../math/stats.ts";

export interface Observation {
  readonly cluster: string;
  /** NaN = not known: left out */
  readonly value: number;
}

export interface ClusteredMean {
  /** observations that are known */
  readonly count: number;
  /** NaN where there are none */
  readonly mean: number;
  /** percentile interval; NaN with fewer than two clusters */
  readonly ci95: readonly [number, number];
}

const draws = 4000;

/** The same observations give the same interval. */
export function clusteredMean(observations: readonly Observation[]): ClusteredMean {
  const known = observations.filter(({ value }) => !Number.isNaN(value));
  const clusters = new Map<string, { sum: number; count: number }>();
  for (const { cluster, value } of known) {
    const kept = clusters.get(cluster) ?? { sum: 0, count: 0 };
    kept.sum += value;
    kept.count++;
    clusters.set(cluster, kept);
  }
  return { count: known.length, mean: mean(known.map(({ value }) => value)), ci95: intervalOf([...clusters.values()]) };
}

function intervalOf(clusters: readonly { readonly sum: number; readonly count: number }[]): [number, number] {
  if (clusters.length < 2) return [NaN, NaN];
  const values = matrix(clusters.length, 1);
  values.data.set(clusters.map(({ sum }) => sum));
  const weights = Float64Array.from(clusters, ({ count }) => count);
  const input = { values, weights, strata: new Int32Array(clusters.length), stratumCount: 1, draws };
  const [low, high] = columnInterval(stratifiedBootstrap(input, seededRandom("clusteredMean")), 0);
  return [low, high];
}
