/**
 * Points above the Dataset Oracle: AvgAcc(a) − AvgAcc(Dataset Oracle), kept as a fraction. Positive means that routing
 * by prompt found something that knowing the data set does not give. Spec §5.7.
 */
import { defineMetric } from "../core/metric.ts";
import { avgAccDifference } from "./accuracy.ts";

export const deltaDatasetOracle = defineMetric({
  name: "delta-dataset-oracle",
  title: "Δ Dataset Oracle",
  summary: "AvgAcc minus that of the best model per data set.",
  formula: "AvgAcc − AvgAcc(Dataset Oracle)",
  source: "signalbox",
  family: "replay",
  unit: "points",
  better: "higher",

  compute: ({ replay, datasetOracle, test }) => avgAccDifference(test, replay, datasetOracle),
});
