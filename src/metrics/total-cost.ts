/**
 * Total cost in USD over the test rows: all calls billed, and the router's own spend.
 *   total = Σ_p cost(p) + decision cost
 * NaN over a pool without a cost axis. Not per token: a total, as the paper's Table 10. Spec §5.11.
 */
import { defineMetric } from "../core/metric.ts";
import type { Replay } from "../core/metric.ts";
import { sum } from "../math/stats.ts";

/** All calls billed plus the router's own spend, USD. */
export function totalCostUsd({ costUsd, decisionCostUsd = 0 }: Replay): number {
  return sum(costUsd) + decisionCostUsd;
}

export const totalCost = defineMetric({
  name: "total-cost",
  title: "Cost",
  summary: "All calls billed over the test part, the router's own spend included.",
  formula: "Σ cost of all calls + decision cost",
  source: "LLMRouterBench, arXiv 2601.07206",
  family: "replay",
  unit: "USD",
  better: "lower",
  needsCost: true,

  compute: ({ replay }) => totalCostUsd(replay),
});
