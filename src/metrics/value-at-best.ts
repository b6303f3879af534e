/** V_B: sample mean / sample mean of the best single model. NaN when that scores 0. RouterEval. Spec §6. */
import { defineMetric } from "../core/metric.ts";
import { sampleMean } from "./accuracy.ts";
import { ratio } from "./relative-gain.ts";

export const valueAtBest = defineMetric({
  name: "value-at-best",
  title: "V_B",
  summary: "Sample mean relative to the best single model.",
  formula: "sample mean / sample mean(Best Single)",
  source: "RouterEval, arXiv 2503.10657",
  family: "replay",
  unit: "ratio",
  better: "higher",

  compute: ({ replay, bestSingle }) => ratio(sampleMean(replay.score), sampleMean(bestSingle.score)),
});
