/**
 * Gain@R: the mean over data sets of the accuracy gain over a random choice.
 *   Gain@R(a) = (1/D) Σ_d ( acc(a, d) / acc(Random, d) − 1 )
 * A ratio minus one. Random is its exact expectation. Data sets where Random scores 0 are left out (counted by
 * `datasets-left-out`); NaN when all are. A mean of ratios: not ImpRand. Spec §5.3.
 */
import { defineMetric } from "../core/metric.ts";
import { meanAccuracyRatio } from "./dataset-ratios.ts";

export const gainAtRandom = defineMetric({
  name: "gain-at-random",
  title: "Gain@R",
  summary: "Mean over data sets of the relative gain over a random choice.",
  formula: "mean over data sets of acc / acc(Random) − 1",
  source: "LLMRouterBench, arXiv 2601.07206, Figure 7",
  family: "replay",
  unit: "ratio",
  better: "higher",

  compute: ({ replay, random, test }) => meanAccuracyRatio(test, replay, random) - 1,
});
