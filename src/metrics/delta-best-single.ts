/**
 * Points above the best single model: AvgAcc(a) − AvgAcc(Best Single), kept as a fraction. Read this before any
 * ratio: Gain@B can be positive for a router that loses. Spec §5.3.
 */
import { defineMetric } from "../core/metric.ts";
import { avgAccDifference } from "./accuracy.ts";

export const deltaBestSingle = defineMetric({
  name: "delta-best-single",
  title: "Δ Best Single",
  summary: "AvgAcc minus that of the best single model.",
  formula: "AvgAcc − AvgAcc(Best Single)",
  source: "signalbox",
  family: "replay",
  unit: "points",
  better: "higher",

  compute: ({ replay, bestSingle, test }) => avgAccDifference(test, replay, bestSingle),
});
