/**
 * ImpRand: improvement of AvgAcc over a random choice, a ratio of means (Table 7 of the draft; Gain@R is another thing).
 *   ImpRand(a) = AvgAcc(a) / AvgAcc(Random) − 1
 * NaN when Random scores 0. Spec §5.3.
 */
import { defineMetric } from "../core/metric.ts";
import { relativeGain } from "./relative-gain.ts";

export const impRand = defineMetric({
  name: "imp-rand",
  title: "ImpRand",
  summary: "Relative gain of AvgAcc over a random choice.",
  formula: "AvgAcc / AvgAcc(Random) − 1",
  source: "LLMRouterBench, arXiv 2601.07206, Table 7 of the draft",
  family: "replay",
  unit: "ratio",
  better: "higher",

  compute: ({ replay, random, test }) => relativeGain(test, replay, random),
});
