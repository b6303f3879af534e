/**
 * Gap@O: the mean over data sets of what is missing to the Oracle.
 *   Gap@O(a) = (1/D) Σ_d ( 1 − acc(a, d) / acc(Oracle, d) ),   0 = as good as the Oracle
 * Data sets nobody solves anything of are left out; NaN when all are. A mean of ratios: not OracleGap. Spec §5.3.
 */
import { defineMetric } from "../core/metric.ts";
import { meanAccuracyRatio } from "./dataset-ratios.ts";

export const gapAtOracle = defineMetric({
  name: "gap-at-oracle",
  title: "Gap@O",
  summary: "Mean over data sets of the relative shortfall from the Oracle.",
  formula: "mean over data sets of 1 − acc / acc(Oracle)",
  source: "LLMRouterBench, arXiv 2601.07206, Figure 7",
  family: "replay",
  unit: "ratio",
  better: "lower",

  compute: ({ replay, oracle, test }) => 1 - meanAccuracyRatio(test, replay, oracle),
});
