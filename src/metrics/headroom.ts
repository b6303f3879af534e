/** Headroom: AvgAcc(Oracle) − AvgAcc(Best Single), what perfect routing could add. Points, kept as a fraction. Spec §5.9. */
import { defineMetric } from "../core/metric.ts";
import { avgAccDifference } from "./accuracy.ts";

export const headroom = defineMetric({
  name: "headroom",
  title: "Headroom",
  summary: "What the Oracle adds to the best single model.",
  formula: "AvgAcc(Oracle) − AvgAcc(Best Single)",
  source: "LLMRouterBench, arXiv 2601.07206",
  family: "pool",
  unit: "points",
  better: "neither",

  compute: ({ test, oracle, bestSingle }) => avgAccDifference(test, oracle, bestSingle),
});
