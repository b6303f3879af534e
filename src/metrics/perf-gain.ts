/**
 * PerfGain: the best AvgAcc among a method's configurations, relative to the best single model.
 *   PerfGain = max over configurations of AvgAcc / AvgAcc(B) − 1
 * A ratio minus one. Read off the test curve it is a peak, i.e. selection on test: hand in the one configuration that
 * validation chose for the honest number. NaN without configurations or when B scores 0. Spec §5.5.
 */
import { defineMetric } from "../core/metric.ts";
import { ratio } from "./relative-gain.ts";

export const perfGain = defineMetric({
  name: "perf-gain",
  title: "PerfGain",
  summary: "Relative gain of AvgAcc over the best single model, at the best configuration given.",
  formula: "max over configurations of AvgAcc / AvgAcc(Best Single) − 1",
  source: "LLMRouterBench, arXiv 2601.07206",
  family: "sweep",
  unit: "ratio",
  better: "higher",

  compute({ points, bestSingle }) {
    if (points.length === 0) return NaN;
    return ratio(Math.max(...points.map(({ avgAcc }) => avgAcc)), bestSingle.avgAcc) - 1;
  },
});
