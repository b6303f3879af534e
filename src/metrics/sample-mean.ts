/**
 * Sample mean: the mean score over all test prompts, each weighing the same. Shown beside AvgAcc, since a large data
 * set can turn the order around. A fraction; NaN without any row. Spec §5.1.
 */
import { defineMetric } from "../core/metric.ts";
import { sampleMean as meanOverPrompts } from "./accuracy.ts";

export const sampleMean = defineMetric({
  name: "sample-mean",
  title: "Sample mean",
  summary: "Mean score over prompts, each weighing the same.",
  formula: "mean over prompts of the score of the picked answer",
  source: "LLMRouterBench, arXiv 2601.07206",
  family: "replay",
  unit: "fraction",
  better: "higher",

  compute: ({ replay }) => meanOverPrompts(replay.score),
});
