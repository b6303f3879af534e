/**
 * How many data sets have a zero denominator and are left out of Gain@R, Gain@B and Gap@O, for every method alike.
 * Spec §5.3.
 */
import { defineBreakdown } from "../core/metric.ts";
import { datasetsWithoutRatio } from "./dataset-ratios.ts";

export const datasetsLeftOut = defineBreakdown({
  name: "datasets-left-out",
  title: "Data sets left out",
  summary: "Data sets on which Random, Best Single or the Oracle scores 0, so that no ratio exists.",
  formula: "number of data sets with acc(baseline) = 0",
  source: "signalbox",
  family: "replay",
  unit: "count",
  better: "neither",

  compute: ({ test, random, bestSingle, oracle }) => ({
    gainAtRandom: datasetsWithoutRatio(test, random),
    gainAtBest: datasetsWithoutRatio(test, bestSingle),
    gapAtOracle: datasetsWithoutRatio(test, oracle),
  }),
});
