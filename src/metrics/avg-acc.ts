/**
 * Average accuracy: the mean over data sets of the mean score inside each; the number of every headline table.
 *   AvgAcc(a) = (1/D) Σ_d acc(a, d),   acc(a, d) = mean over prompts of d of the realised score
 * A fraction. Each data set weighs the same; one without a test row is left out. NaN without any row. Spec §5.1.
 */
import { defineMetric } from "../core/metric.ts";
import { avgAcc as meanOverDatasets } from "./accuracy.ts";

export const avgAcc = defineMetric({
  name: "avg-acc",
  title: "AvgAcc",
  summary: "Mean score over data sets, each weighing the same.",
  formula: "mean over data sets of the mean score of the picked answers",
  source: "LLMRouterBench, arXiv 2601.07206",
  family: "replay",
  unit: "fraction",
  better: "higher",

  compute: ({ replay, test }) => meanOverDatasets(replay.score, test.table.datasetOf, test.datasets),
});
