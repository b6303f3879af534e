/** Cost against accuracy: models grey, routers coloured with their sweeps, the frontier as a step, the coin-toss chord. */
import type { Markish } from "@observablehq/plot";
import type { Report, RouterReport } from "../../core/report.ts";
import { clip, percent, usd } from "../format.ts";
import type { Html } from "../html-text.ts";
import { isReference } from "../leaderboard.ts";
import { chartWidth, type ChartKit } from "./chart-kit.ts";
import { placeLabels, type LabelAnchor } from "./label-spacing.ts";
import { routerInks, type RouterInk } from "./palette.ts";

const height = 480;
const margin = { left: 52, right: 24, top: 30, bottom: 46 };

/** Models beyond these are named only on the frontier. */
const namedModels = 8;

interface Point {
  readonly name: string;
  readonly costUsd: number;
  /** percent */
  readonly accuracy: number;
  readonly title: string;
}

/** Undefined when no point has a cost above zero: a log axis has no place for the rest. */
export function paretoChart(kit: ChartKit, report: Report): Html | undefined {
  const models = report.modelPoints.flatMap((model) => pointOf(model.name, model.costUsd, model.avgAcc));
  const inks = routerInks(report);
  const routers = inks.flatMap((ink) => ownPoint(ink.router).map((point) => ({ ...point, ink })));
  const references = report.routers.filter(isReference).flatMap(ownPoint);
  const sweeps = inks.flatMap((ink) => sweepOf(ink.router).map((point) => ({ ...point, ink })));
  const all = [...models, ...routers, ...references, ...sweeps];
  if (all.length === 0) return undefined;
  const scale = scaleOf(all);
  const { Plot } = kit;
  return kit.draw({
    label:
      "Total cost in USD (log axis) against AvgAcc in percent: models, routers, their sweeps and the Pareto frontier.",
    width: chartWidth,
    height,
    marginLeft: margin.left,
    marginRight: margin.right,
    marginTop: margin.top,
    marginBottom: margin.bottom,
    x: {
      type: "log",
      domain: scale.cost,
      label: "Cost of the test part, USD (log)",
      ...axis,
      tickFormat: usdTick(scale.cost),
    },
    y: { domain: scale.accuracy, label: "AvgAcc, %", grid: true },
    marks: [
      Plot.gridY({ stroke: "var(--grid)", strokeOpacity: 1 }),
      ...frontierMarks(kit, report, scale),
      ...chordMarks(kit, report),
      ...sweepMarks(kit, sweeps),
      Plot.dot(models, { x: "costUsd", y: "accuracy", r: 4, fill: "var(--muted)", title: "title" }),
      Plot.dot(references, {
        x: "costUsd",
        y: "accuracy",
        r: 4.5,
        stroke: "var(--ink)",
        fill: "var(--surface)",
        title: "title",
      }),
      ...routers.map((point) => Plot.dot([point], { ...at, r: 7, ...routerStyle(point.ink), title: "title" })),
      ...labelMarks(kit, scale, { models, routers, references, sweeps, report }),
    ],
  });
}

const at = { x: "costUsd", y: "accuracy" } as const;
const axis = { labelAnchor: "center", labelArrow: "none" } as const;

function routerStyle({ colour, symbol }: RouterInk) {
  return { fill: colour, symbol, stroke: "var(--surface)" } as const;
}

interface Scale {
  readonly cost: [number, number];
  readonly accuracy: [number, number];
}

function scaleOf(points: readonly Point[]): Scale {
  const costs = points.map((point) => point.costUsd);
  const accuracies = points.map((point) => point.accuracy);
  const [low, high] = [Math.min(...accuracies), Math.max(...accuracies)];
  const room = Math.max(1, (high - low) * 0.07);
  return {
    cost: [Math.min(...costs) / 1.25, Math.max(...costs) * 1.35],
    accuracy: [Math.max(0, low - room), high + room],
  };
}

function pixels(scale: Scale, { costUsd, accuracy }: Point): { x: number; y: number } {
  const across = Math.log(costUsd / scale.cost[0]) / Math.log(scale.cost[1] / scale.cost[0]);
  const up = (accuracy - scale.accuracy[0]) / (scale.accuracy[1] - scale.accuracy[0]);
  return {
    x: margin.left + across * (chartWidth - margin.left - margin.right),
    y: height - margin.bottom - up * (height - margin.top - margin.bottom),
  };
}

/** Labels at 1, 2 and 5 of each decade only where the axis is short, else at 1. */
function usdTick([low, high]: readonly [number, number]): (value: number) => string {
  const kept = high / low > 300 ? [1] : [1, 2, 5];
  return (value) =>
    kept.includes(Math.round(value / 10 ** Math.floor(Math.log10(value) + 1e-9))) ? `$${plain(value)}` : "";
}

function plain(value: number): string {
  return value >= 1 ? value.toLocaleString("en-US") : String(Number(value.toPrecision(1)));
}

function frontierMarks({ Plot }: ChartKit, report: Report, scale: Scale): Markish[] {
  const points = report.frontier.flatMap((point) => pointOf(point.name, point.costUsd, point.avgAcc));
  const last = points.at(-1);
  if (last === undefined) return [];
  const line = [...points, { ...last, costUsd: scale.cost[1] }];
  return [
    Plot.line(line, { ...at, curve: "step-after", stroke: "var(--frontier)", strokeWidth: 6, strokeOpacity: 0.45 }),
  ];
}

/** Straight in cost, so bent on a log axis: what sending a share of the prompts at random to either end would give. */
function chordMarks({ Plot }: ChartKit, report: Report): Markish[] {
  const find = (name: string) => report.routers.filter((router) => router.name === name).flatMap(ownPoint)[0];
  const [from, to] = [find("cheapest"), find("best-single")];
  if (from === undefined || to === undefined) return [];
  const chord = Array.from({ length: 41 }, (_, i) => ({
    costUsd: from.costUsd + ((to.costUsd - from.costUsd) * i) / 40,
    accuracy: from.accuracy + ((to.accuracy - from.accuracy) * i) / 40,
  }));
  return [Plot.line(chord, { ...at, stroke: "var(--ink)", strokeOpacity: 0.7, strokeDasharray: "3,4" })];
}

function sweepMarks({ Plot }: ChartKit, sweeps: readonly (Point & { ink: RouterInk })[]): Markish[] {
  const inks = new Set(sweeps.map((point) => point.ink));
  return [...inks].flatMap((ink) => {
    const points = sweeps.filter((point) => point.ink === ink);
    return [
      Plot.line(points, { ...at, stroke: ink.colour, strokeWidth: 1.5, strokeOpacity: 0.8 }),
      Plot.dot(points, { ...at, r: 1.8, fill: ink.colour, title: "title" }),
    ];
  });
}

interface Labelled extends LabelAnchor {
  readonly fill: string;
  readonly weight: string;
  readonly point: Point;
}

function labelMarks(
  { Plot }: ChartKit,
  scale: Scale,
  shown: {
    models: Point[];
    routers: (Point & { ink: RouterInk })[];
    references: Point[];
    sweeps: Point[];
    report: Report;
  },
): Markish[] {
  const best = shown.models.toSorted((a, b) => b.accuracy - a.accuracy);
  const onFrontier = new Set(shown.report.frontier.map((point) => point.name));
  const worthNaming = best.filter((model, rank) => rank < namedModels || onFrontier.has(model.name));
  const silent = best.filter((model) => !worthNaming.includes(model));
  const anchor = (point: Point, radius: number, fill: string, weight: string): Labelled => ({
    ...pixels(scale, point),
    point,
    radius,
    fill,
    weight,
    text: clip(point.name, 26),
    required: weight === "700",
  });
  const anchors = [
    ...shown.routers.map((point) => anchor(point, 7, point.ink.colour, "700")),
    ...shown.references.map((point) => anchor(point, 5, "var(--ink)", "400")),
    ...worthNaming.map((point) => anchor(point, 4, "var(--label)", "400")),
    ...silent.map((point) => ({ ...anchor(point, 4, "", "400"), text: "" })),
    ...shown.sweeps.map((point) => ({ ...anchor(point, 0, "", "400"), text: "" })),
  ];
  const frame = { left: margin.left, right: chartWidth, top: 4, bottom: height - margin.bottom };
  return placeLabels(anchors, frame).flatMap(({ anchor: { point, text, fill, weight }, dx, dy, textAnchor, far }) => [
    ...(far ? [Plot.vector([point], leader(dx, dy, fill))] : []),
    Plot.text([point], {
      ...at,
      dx,
      dy,
      textAnchor,
      fill,
      fontWeight: weight,
      text: () => text,
      stroke: "var(--surface)",
      strokeWidth: 3.5,
    }),
  ]);
}

/** A hair from the point to its label. */
function leader(dx: number, dy: number, stroke: string) {
  const length = Math.hypot(dx, dy) - 2;
  const rotate = (Math.atan2(dx, -dy) * 180) / Math.PI;
  return { ...at, length, rotate, anchor: "start", stroke, strokeWidth: 0.8, shape: { draw: line } } as const;
}

const line = (context: { moveTo(x: number, y: number): void; lineTo(x: number, y: number): void }, length: number) => {
  context.moveTo(0, 0);
  context.lineTo(0, -length);
};

function ownPoint(router: RouterReport): Point[] {
  return pointOf(router.name, router.totalCostUsd, router.avgAcc.mean);
}

function sweepOf(router: RouterReport): Point[] {
  return router.sweep
    .flatMap((step) => pointOf(`${router.name}, ${step.policy}`, step.costUsd, step.avgAcc))
    .toSorted((a, b) => a.costUsd - b.costUsd);
}

function pointOf(name: string, costUsd: number | null, avgAcc: number | null): Point[] {
  if (costUsd === null || avgAcc === null || costUsd <= 0) return [];
  return [{ name, costUsd, accuracy: avgAcc * 100, title: `${name}: ${percent(avgAcc)} % for $${usd(costUsd)}` }];
}
