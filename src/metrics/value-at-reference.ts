/** V_R: sample mean / sample mean of a reference model the user names. NaN without one, or when it scores 0. Spec §6. */
import { defineMetric } from "../core/metric.ts";
import { sampleMean } from "./accuracy.ts";
import { ratio } from "./relative-gain.ts";

export const valueAtReference = defineMetric({
  name: "value-at-reference",
  title: "V_R",
  summary: "Sample mean relative to a named reference model.",
  formula: "sample mean / sample mean(reference)",
  source: "RouterEval, arXiv 2503.10657",
  family: "replay",
  unit: "ratio",
  better: "higher",

  compute: ({ replay, reference }) => (reference ? ratio(sampleMean(replay.score), sampleMean(reference.score)) : NaN),
});
