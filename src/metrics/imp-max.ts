/**
 * ImpMax: improvement of AvgAcc over the Dataset Oracle ("Max Expert"), a ratio of means (Table 7 of the draft).
 *   ImpMax(a) = AvgAcc(a) / AvgAcc(Dataset Oracle) − 1
 * NaN when the Dataset Oracle scores 0. Spec §5.3.
 */
import { defineMetric } from "../core/metric.ts";
import { relativeGain } from "./relative-gain.ts";

export const impMax = defineMetric({
  name: "imp-max",
  title: "ImpMax",
  summary: "Relative gain of AvgAcc over the best model per data set.",
  formula: "AvgAcc / AvgAcc(Dataset Oracle) − 1",
  source: "LLMRouterBench, arXiv 2601.07206, Table 7 of the draft",
  family: "replay",
  unit: "ratio",
  better: "higher",

  compute: ({ replay, datasetOracle, test }) => relativeGain(test, replay, datasetOracle),
});
