/**
 * PGR: the share of the way from the weak to the strong model's accuracy. RouteLLM. Spec §6.
 *   PGR = (acc − acc_weak) / (acc_strong − acc_weak)
 */
import type { PairInput } from "../core/metric.ts";
import type { Point } from "../math/hull.ts";

/** NaN unless the strong model is the more accurate one. */
export function performanceGapRecovered(accuracy: number, weakAccuracy: number, strongAccuracy: number): number {
  return strongAccuracy > weakAccuracy ? (accuracy - weakAccuracy) / (strongAccuracy - weakAccuracy) : NaN;
}

/** PGR over the share of strong calls, by share ascending; empty unless strong > weak. */
export function recoveryCurve({ points, weakAccuracy, strongAccuracy }: PairInput): Point[] {
  if (!(strongAccuracy > weakAccuracy)) return [];
  return points
    .map(({ strongShare, accuracy }) => ({
      x: strongShare,
      y: performanceGapRecovered(accuracy, weakAccuracy, strongAccuracy),
    }))
    .toSorted((a, b) => a.x - b.x);
}
