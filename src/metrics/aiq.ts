/**
 * AIQ (average improvement in quality): mean height of a router's non-decreasing convex hull in the cost–accuracy plane.
 *   AIQ = area under the hull from c_min to c_max / (c_max − c_min)
 * [c_min, c_max] is ONE range for all compared methods: from the cheapest to the dearest model of the pool. Right of a
 * hull it is flat (nobody must spend more); left of it, it falls on a straight line to (0, 0), the router that now and
 * then does not ask at all. The paper's formula; their released code divides by the largest cost instead.
 * NaN when the range is empty. Spec §6.
 */
import { defineMetric } from "../core/metric.ts";
import type { CostAccuracy } from "../core/metric.ts";
import { areaUnder, nonDecreasingHull } from "../math/hull.ts";
import { range, toPoints } from "./cost-plane.ts";

export interface CostRange {
  readonly low: number;
  readonly high: number;
}

/** The common range: cheapest to dearest of the pool's models. */
export function poolCostRange(pool: readonly CostAccuracy[]): CostRange {
  return range(pool.map(({ costUsd }) => costUsd));
}

/** Mean height of the hull of `points` over the range. */
export function averageQuality(points: readonly CostAccuracy[], { low, high }: CostRange): number {
  const hull = nonDecreasingHull(toPoints(points));
  const first = hull[0];
  if (!first || !(high > low)) return NaN;
  const curve = first.x > low ? [{ x: 0, y: 0 }, ...hull] : hull;
  return areaUnder(curve, low, high) / (high - low);
}

export const aiq = defineMetric({
  name: "aiq",
  title: "AIQ",
  summary: "Mean accuracy over the pool's cost range, along the router's convex hull.",
  formula: "area under the non-decreasing convex hull / cost range",
  source: "RouterBench, arXiv 2403.12031",
  family: "sweep",
  unit: "fraction",
  better: "higher",
  needsCost: true,

  compute: ({ points, pool }) => averageQuality(points, poolCostRange(pool)),
});
