/**
 * Gain@B: the mean over data sets of the accuracy gain over the best single model.
 *   Gain@B(a) = (1/D) Σ_d ( acc(a, d) / acc(Best Single, d) − 1 )
 * A ratio minus one. It can be positive for a router that loses AvgAcc: one small data set where the baseline is weak
 * outweighs the rest, so never print it without Δ Best Single. Data sets where the baseline scores 0 are left out. §5.3.
 */
import { defineMetric } from "../core/metric.ts";
import { meanAccuracyRatio } from "./dataset-ratios.ts";

export const gainAtBest = defineMetric({
  name: "gain-at-best",
  title: "Gain@B",
  summary: "Mean over data sets of the relative gain over the best single model.",
  formula: "mean over data sets of acc / acc(Best Single) − 1",
  source: "LLMRouterBench, arXiv 2601.07206, Figure 7",
  family: "replay",
  unit: "ratio",
  better: "higher",

  compute: ({ replay, bestSingle, test }) => meanAccuracyRatio(test, replay, bestSingle) - 1,
});
