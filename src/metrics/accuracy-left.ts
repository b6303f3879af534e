/**
 * Accuracy left: the accuracy the frontier reaches for a configuration's money, minus the configuration's own; the mean
 * over configurations. Points, kept as a fraction; 0 = nothing better to be had at that price. The frontier counts by
 * its points, which somebody can run, not by the lines between them. Spec §5.8.
 */
import { defineMetric } from "../core/metric.ts";
import type { CostAccuracy } from "../core/metric.ts";
import { mean } from "../math/stats.ts";

/** Best accuracy among `comparison` at no more cost − the configuration's accuracy; NaN when nothing costs as little. */
export function accuracyLeftAt(point: CostAccuracy, comparison: readonly CostAccuracy[]): number {
  const affordable = comparison.filter(({ costUsd, avgAcc }) => costUsd <= point.costUsd && !Number.isNaN(avgAcc));
  return affordable.length === 0 ? NaN : Math.max(...affordable.map(({ avgAcc }) => avgAcc)) - point.avgAcc;
}

export const accuracyLeft = defineMetric({
  name: "accuracy-left",
  title: "Accuracy left",
  summary: "How much more accuracy the frontier offers for the same money.",
  formula: "mean over configurations of frontier accuracy at its cost − its accuracy",
  source: "signalbox",
  family: "sweep",
  unit: "points",
  better: "lower",
  needsCost: true,

  compute: ({ points, comparison }) => mean(points.map((point) => accuracyLeftAt(point, comparison))),
});
