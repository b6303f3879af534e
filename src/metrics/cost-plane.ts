/** The plane of cost and accuracy: points, the Pareto frontier, and scaling to 0 … 1. Spec §5.8. */
import type { CostAccuracy } from "../core/metric.ts";
import { paretoFrontier } from "../math/hull.ts";
import type { Point } from "../math/hull.ts";

/** x = USD, y = AvgAcc. */
export function toPoints(points: readonly CostAccuracy[]): Point[] {
  return points.map(({ costUsd, avgAcc }) => ({ x: costUsd, y: avgAcc }));
}

/**
 * The configurations nothing dominates (no dearer, no less accurate, one strictly), by cost ascending; each is one of the
 * objects given, so names ride along. Of equal points the first is kept. Points with an unknown coordinate are ignored.
 */
export function costFrontier<Configuration extends CostAccuracy>(points: readonly Configuration[]): Configuration[] {
  const frontier = paretoFrontier(toPoints(points));
  return frontier.flatMap(({ x, y }) => points.find(({ costUsd, avgAcc }) => costUsd === x && avgAcc === y) ?? []);
}

/** Smallest and largest of the known values; NaN of none. */
export function range(values: readonly number[]): { readonly low: number; readonly high: number } {
  const known = values.filter((value) => !Number.isNaN(value));
  if (known.length === 0) return { low: NaN, high: NaN };
  return { low: Math.min(...known), high: Math.max(...known) };
}

/** Scales both axes to 0 … 1 by the range of `all` points; an axis whose range is 0 becomes 0. */
export function scalerOf(all: readonly Point[]): (point: Point) => Point {
  const known = all.filter(({ x, y }) => !Number.isNaN(x) && !Number.isNaN(y));
  const horizontal = range(known.map(({ x }) => x));
  const vertical = range(known.map(({ y }) => y));
  const scale = (value: number, { low, high }: { low: number; high: number }): number =>
    high === low ? 0 : (value - low) / (high - low);
  return ({ x, y }) => ({ x: scale(x, horizontal), y: scale(y, vertical) });
}
