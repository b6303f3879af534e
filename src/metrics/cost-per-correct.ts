/** Cost of a correct answer in USD: total / Σ score. NaN when nothing was right, or without a cost axis. Spec §5.11. */
import { defineMetric } from "../core/metric.ts";
import { sum } from "../math/stats.ts";
import { ratio } from "./relative-gain.ts";
import { totalCostUsd } from "./total-cost.ts";

export const costPerCorrect = defineMetric({
  name: "cost-per-correct",
  title: "Cost per correct answer",
  summary: "Total cost divided by the sum of scores.",
  formula: "total cost / Σ score",
  source: "signalbox",
  family: "replay",
  unit: "USD",
  better: "lower",
  needsCost: true,

  compute: ({ replay }) => ratio(totalCostUsd(replay), sum(replay.score)),
});
