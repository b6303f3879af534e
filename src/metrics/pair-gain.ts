/**
 * Pair gain: what an Oracle over two models adds to the better of them, and how often exactly one of them is right.
 *   gain(i, j) = AvgAcc(Oracle of i and j) − max(AvgAcc(i), AvgAcc(j))
 * Spec §5.9.
 */
import { defineBreakdown } from "../core/metric.ts";
import { pairGains } from "./complementarity.ts";

export const pairGain = defineBreakdown({
  name: "pair-gain",
  title: "Pair gain",
  summary: "What an Oracle over two models adds to the better of them, with their disagreement.",
  formula: "AvgAcc(Oracle of the pair) − the higher AvgAcc of the two",
  source: "LLMRouterBench, arXiv 2601.07206",
  family: "pool",
  unit: "points",
  better: "higher",

  compute: ({ test }) => pairGains(test.table),
});
