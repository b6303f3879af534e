/**
 * Opt.Cost: Σ Oracle cost / Σ cost paid, over the solvable prompts the router got right (score ≥ 0.5), so that cheap
 * wrong answers cannot lift it. At most 1 while scores are 0 or 1. NaN when it got none right, or for a lottery. Spec §6.
 */
import { defineMetric } from "../core/metric.ts";
import { sum } from "../math/stats.ts";
import { ratio } from "./relative-gain.ts";
import { rightRows, solvableRows } from "./solvable-rows.ts";

export const optimalCost = defineMetric({
  name: "optimal-cost",
  title: "Opt.Cost",
  summary: "What the Oracle would have paid, as a share of what was paid, where the router was right.",
  formula: "Σ Oracle cost / Σ cost over prompts the router got right",
  source: "RouterArena, arXiv 2510.00202",
  family: "replay",
  unit: "fraction",
  better: "higher",
  needsCost: true,

  compute({ replay, oracle, test }) {
    const right = rightRows(replay, solvableRows(test));
    if (!right) return NaN;
    return ratio(sum(right.map((i) => oracle.costUsd[i]!)), sum(right.map((i) => replay.costUsd[i]!)));
  },
});
