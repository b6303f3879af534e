/** The deferral curve of UniRoute: cost relative to the dearest single model against accuracy. Spec §6. */
import type { SweepInput } from "../core/metric.ts";
import { areaUnder, paretoFrontier } from "../math/hull.ts";
import type { Point } from "../math/hull.ts";
import { range, toPoints } from "./cost-plane.ts";

/** Non-dominated configurations, x = cost / cost of the dearest model; empty when that is not positive. */
export function deferralCurve({ points, pool }: SweepInput): Point[] {
  const dearest = range(pool.map(({ costUsd }) => costUsd)).high;
  if (!(dearest > 0)) return [];
  return paretoFrontier(toPoints(points).map(({ x, y }) => ({ x: x / dearest, y })));
}

/** Mean accuracy of the curve for relative costs from 0 to `upTo`: linear between points, flat beyond both ends. */
export function deferralArea(input: SweepInput, upTo: number): number {
  return areaUnder(deferralCurve(input), 0, upTo) / upTo;
}
