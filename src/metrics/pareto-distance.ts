/**
 * ParetoDist, native definition: the mean distance of a method's configurations to the frontier of all points.
 *   1. scale both axes to 0 … 1 by the range over all points of the comparison (an axis without range counts 0);
 *   2. curve = polyline through the frontier points by cost, continued flat to the largest cost;
 *   3. mean over configurations of the Euclidean distance to the curve,   0 = on the frontier
 * The paper gives no formula and its digits do not reproduce: never put this number beside the printed one. It moves
 * whenever a method joins, so store it with the hash of its point set. NaN without configurations. Spec §5.8.
 */
import { defineMetric } from "../core/metric.ts";
import type { CostAccuracy } from "../core/metric.ts";
import { distanceToLine, paretoFrontier } from "../math/hull.ts";
import { mean } from "../math/stats.ts";
import { scalerOf, toPoints } from "./cost-plane.ts";

/** Distance of each configuration to the frontier of `comparison`, after scaling. */
export function paretoDistances(points: readonly CostAccuracy[], comparison: readonly CostAccuracy[]): number[] {
  const all = toPoints(comparison);
  const scaled = scalerOf(all);
  const frontier = paretoFrontier(all).map(scaled);
  const last = frontier.at(-1);
  const curve = last ? [...frontier, { x: Math.max(1, last.x), y: last.y }] : [];
  return toPoints(points)
    .map(scaled)
    .map((point) => distanceToLine(point, curve));
}

export const paretoDistance = defineMetric({
  name: "pareto-dist",
  title: "ParetoDist",
  summary: "Mean scaled distance of the configurations to the cost–accuracy frontier (our definition).",
  formula: "mean over configurations of the distance to the frontier, both axes scaled to 0 … 1",
  source: "signalbox, after LLMRouterBench, arXiv 2601.07206",
  family: "sweep",
  unit: "score",
  better: "lower",
  needsCost: true,

  compute: ({ points, comparison }) => mean(paretoDistances(points, comparison)),
});
