/**
 * Cost factor: a configuration's cost over the least cost at which the frontier reaches its accuracy; the mean over
 * configurations. 1 = nobody is as accurate for less. Infinite where the frontier gets there for nothing. Spec §5.8.
 */
import { defineMetric } from "../core/metric.ts";
import type { CostAccuracy } from "../core/metric.ts";
import { mean } from "../math/stats.ts";

/** Cost / least cost among `comparison` that is as accurate; NaN when none is. Two free configurations give 1. */
export function costFactorAt(point: CostAccuracy, comparison: readonly CostAccuracy[]): number {
  const asGood = comparison.filter(({ costUsd, avgAcc }) => avgAcc >= point.avgAcc && !Number.isNaN(costUsd));
  if (asGood.length === 0) return NaN;
  const least = Math.min(...asGood.map(({ costUsd }) => costUsd));
  return least === point.costUsd ? 1 : point.costUsd / least;
}

export const costFactor = defineMetric({
  name: "cost-factor",
  title: "Cost factor",
  summary: "How many times the frontier's price is paid for the same accuracy.",
  formula: "mean over configurations of its cost / cheapest frontier cost with its accuracy",
  source: "signalbox",
  family: "sweep",
  unit: "ratio",
  better: "lower",
  needsCost: true,

  compute: ({ points, comparison }) => mean(points.map((point) => costFactorAt(point, comparison))),
});
