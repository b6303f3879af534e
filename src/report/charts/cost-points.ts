/** What the cost charts draw: points of cost and accuracy, their scale, and where a point lands on the drawing. */
import type { Report, RouterReport } from "../../core/report.ts";
import { percent, usd } from "../format.ts";
import { chartWidth } from "./chart-kit.ts";
import { routerInks, type RouterInk } from "./palette.ts";
import { isReference } from "../leaderboard.ts";
import { recordedName } from "../recorded-rows.ts";

export const margin = { left: 56, right: 24, top: 30, bottom: 48 };

export interface Point {
  readonly name: string;
  readonly costUsd: number;
  /** percent */
  readonly accuracy: number;
  readonly title: string;
}

/** A point of a ranked router. */
export interface RouterPoint extends Point {
  readonly ink: RouterInk;
}

export interface CostPoints {
  readonly models: readonly Point[];
  /** best first */
  readonly routers: readonly RouterPoint[];
  readonly references: readonly Point[];
  readonly frontier: readonly Point[];
}

/** All points of the report that have a place on a log axis of cost. */
export function costPoints(report: Report): CostPoints {
  return {
    models: report.modelPoints.flatMap((model) => pointOf(model.name, model.costUsd, model.avgAcc)),
    routers: routerInks(report).flatMap((ink) => ownPoint(ink.router).map((point) => ({ ...point, ink }))),
    references: [
      ...report.routers.filter(isReference).flatMap(ownPoint),
      ...(report.recorded ?? []).flatMap((row) => pointOf(recordedName(row), row.totalCostUsd, row.avgAcc.mean)),
    ],
    frontier: report.frontier.flatMap((point) => pointOf(point.name, point.costUsd, point.avgAcc)),
  };
}

export interface Scale {
  readonly height: number;
  readonly cost: [number, number];
  readonly accuracy: [number, number];
}

/** Room for all points and a little more. */
export function scaleOf(points: readonly Point[], height: number): Scale {
  const costs = points.map((point) => point.costUsd);
  const accuracies = points.map((point) => point.accuracy);
  const [low, high] = [Math.min(...accuracies), Math.max(...accuracies)];
  const room = Math.max(1, (high - low) * 0.07);
  return {
    height,
    cost: [Math.min(...costs) / 1.25, Math.max(...costs) * 1.35],
    accuracy: [Math.max(0, low - room), high + room],
  };
}

/** Where the point lands, from the upper left corner. */
export function pixels(scale: Scale, { costUsd, accuracy }: Point): { x: number; y: number } {
  const across = Math.log(costUsd / scale.cost[0]) / Math.log(scale.cost[1] / scale.cost[0]);
  const up = (accuracy - scale.accuracy[0]) / (scale.accuracy[1] - scale.accuracy[0]);
  return {
    x: margin.left + across * (chartWidth - margin.left - margin.right),
    y: scale.height - margin.bottom - up * (scale.height - margin.top - margin.bottom),
  };
}

/** Labels at 1, 2 and 5 of each decade only where the axis is short, else at 1. */
export function usdTick([low, high]: readonly [number, number]): (value: number) => string {
  const kept = high / low > 300 ? [1] : [1, 2, 5];
  return (value) =>
    kept.includes(Math.round(value / 10 ** Math.floor(Math.log10(value) + 1e-9))) ? `$${plain(value)}` : "";
}

/** Where the ranked routers' own points lie, with models and reference lines that happen to be there; close up. */
export function closeScale(routers: readonly RouterPoint[], height: number): Scale {
  const whole = scaleOf(routers, height);
  const [low, high] = [whole.cost[0] * 1.25, whole.cost[1] / 1.35];
  const room = Math.max(1.02, (high / low) ** 0.08);
  return { ...whole, cost: [low / room, high * room] };
}

/** Whether the point is within the scale. */
export function isWithin({ cost, accuracy }: Scale, point: Point): boolean {
  return (
    point.costUsd >= cost[0] &&
    point.costUsd <= cost[1] &&
    point.accuracy >= accuracy[0] &&
    point.accuracy <= accuracy[1]
  );
}

function plain(value: number): string {
  return value >= 1 ? value.toLocaleString("en-US") : String(Number(value.toPrecision(1)));
}

/** The router at its own setting; none without a cost above zero. */
export function ownPoint(router: RouterReport): Point[] {
  return pointOf(router.name, router.totalCostUsd, router.avgAcc.mean);
}

/** The router's points over the cost knob, cheapest first. */
export function sweepOf(router: RouterReport): Point[] {
  return router.sweep
    .flatMap((step) => pointOf(`${router.name}, ${step.policy}`, step.costUsd, step.avgAcc))
    .toSorted((a, b) => a.costUsd - b.costUsd);
}

function pointOf(name: string, costUsd: number | null, avgAcc: number | null): Point[] {
  if (costUsd === null || avgAcc === null || costUsd <= 0) return [];
  return [{ name, costUsd, accuracy: avgAcc * 100, title: `${name}: ${percent(avgAcc)} % for $${usd(costUsd)}` }];
}
