/**
 * RouterArena score: a weighted harmonic mean of accuracy and cheapness.
 *   C = (log2 c_max − log2 c) / (log2 c_max − log2 c_min),   S = (1 + β) A C / (β A + C),   β = 0.1
 * A = sample mean, c = USD per 1,000 queries clamped to [0.0044, 200]; S = 0 when A or C is. Spec §6.
 */
import { defineMetric } from "../core/metric.ts";
import { sampleMean } from "./accuracy.ts";
import { totalCostUsd } from "./total-cost.ts";

const beta = 0.1;
const cheapest = 0.0044;
const dearest = 200;

/** C: 1 at 0.0044 USD per 1,000 queries and below, 0 at 200 and above. */
export function arenaCheapness(usdPerThousand: number): number {
  const clamped = Math.min(dearest, Math.max(cheapest, usdPerThousand));
  return (Math.log2(dearest) - Math.log2(clamped)) / (Math.log2(dearest) - Math.log2(cheapest));
}

/** S of an accuracy (fraction) and a cost (USD per 1,000 queries). */
export function arenaScore(accuracy: number, usdPerThousand: number): number {
  const cheapness = arenaCheapness(usdPerThousand);
  if (accuracy === 0 || cheapness === 0) return 0;
  return ((1 + beta) * accuracy * cheapness) / (beta * accuracy + cheapness);
}

export const routerArenaScore = defineMetric({
  name: "router-arena-score",
  title: "RouterArena score",
  summary: "Weighted harmonic mean of accuracy and log-scaled cheapness.",
  formula: "1.1 · A · C / (0.1 · A + C), C = log-scaled cheapness of USD per 1,000 queries",
  source: "RouterArena, arXiv 2510.00202",
  family: "replay",
  unit: "score",
  better: "higher",
  needsCost: true,

  compute: ({ replay }) => arenaScore(sampleMean(replay.score), (1000 * totalCostUsd(replay)) / replay.score.length),
});
