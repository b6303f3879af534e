/** Mean cost of a query in USD: total / prompts. NaN without a row or a cost axis. Spec §5.11. */
import { defineMetric } from "../core/metric.ts";
import { ratio } from "./relative-gain.ts";
import { totalCostUsd } from "./total-cost.ts";

export const costPerQuery = defineMetric({
  name: "cost-per-query",
  title: "Cost per query",
  summary: "Total cost divided by the number of test prompts.",
  formula: "total cost / prompts",
  source: "signalbox",
  family: "replay",
  unit: "USD",
  better: "lower",
  needsCost: true,

  compute: ({ replay }) => ratio(totalCostUsd(replay), replay.score.length),
});
