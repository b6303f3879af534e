/** Cost against accuracy: models grey, routers coloured with their sweeps, the frontier as a step, the coin-toss chord. */
import type { Markish } from "@observablehq/plot";
import type { Report } from "../../core/report.ts";
import { clip } from "../format.ts";
import type { Html } from "../html-text.ts";
import type { ChartKit } from "./chart-kit.ts";
import { isCrowded } from "./close-up-chart.ts";
import { at, axis, costLabel, frameOf, frontierMarks, labelMarks, pointMarks, type CostLabel } from "./cost-marks.ts";
import { costPoints, ownPoint, scaleOf, sweepOf, usdTick } from "./cost-points.ts";
import type { CostPoints, RouterPoint, Scale } from "./cost-points.ts";

const height = 480;

/** Models beyond these are named only on the frontier. */
const namedModels = 8;

/** Sweeps are drawn for so many of the best routers: more curves hide one another. */
export const drawnSweeps = 8;

/** Undefined when no point has a cost above zero: a log axis has no place for the rest. */
export function paretoChart(kit: ChartKit, report: Report): Html | undefined {
  const points = costPoints(report);
  const { models, routers, references } = points;
  const sweeps = routers
    .slice(0, drawnSweeps)
    .flatMap(({ ink }) => sweepOf(ink.router).map((point) => ({ ...point, ink })));
  const all = [...models, ...routers, ...references, ...sweeps];
  if (all.length === 0) return undefined;
  const scale = scaleOf(all, height);
  const { Plot } = kit;
  return kit.draw({
    label:
      "Total cost in USD (log axis) against AvgAcc in percent: models, routers, their sweeps and the Pareto frontier.",
    ...frameOf(scale),
    x: {
      type: "log",
      domain: scale.cost,
      label: "Cost of the test part, USD (log)",
      ...axis,
      tickFormat: usdTick(scale.cost),
    },
    marks: [
      Plot.gridY({ stroke: "var(--grid)", strokeOpacity: 1 }),
      ...frontierMarks(kit, points.frontier, scale),
      ...chordMarks(kit, report),
      ...sweepMarks(kit, sweeps),
      ...pointMarks(kit, points, isCrowded(report) ? 5 : 7),
      ...labelMarks(kit, scale, labelsOf(scale, points, sweeps, isCrowded(report))),
    ],
  });
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

function sweepMarks({ Plot }: ChartKit, sweeps: readonly RouterPoint[]): Markish[] {
  const inks = new Set(sweeps.map((point) => point.ink));
  return [...inks].flatMap((ink) => {
    const points = sweeps.filter((point) => point.ink === ink);
    return [
      Plot.line(points, { ...at, stroke: ink.colour, strokeWidth: 1.5, strokeOpacity: 0.8 }),
      Plot.dot(points, { ...at, r: 1.8, fill: ink.colour, title: "title" }),
    ];
  });
}

/** Routers in a crowd are named in the close-up; here they only keep other labels off. */
function labelsOf(
  scale: Scale,
  { models, routers, references, frontier }: CostPoints,
  sweeps: readonly RouterPoint[],
  crowded: boolean,
): CostLabel[] {
  const best = models.toSorted((a, b) => b.accuracy - a.accuracy);
  const onFrontier = new Set(frontier.map((point) => point.name));
  const worthNaming = best.filter((model, rank) => rank < namedModels || onFrontier.has(model.name));
  const silent = best.filter((model) => !worthNaming.includes(model));
  return [
    ...routers.map((point) =>
      costLabel(scale, point, {
        text: crowded ? "" : clip(point.name, 26),
        radius: crowded ? 5 : 7,
        fill: point.ink.colour,
        weight: "700",
      }),
    ),
    ...references.map((point) =>
      costLabel(scale, point, { text: clip(point.name, 26), radius: 5, fill: "var(--ink)", weight: "400" }),
    ),
    ...worthNaming.map((point) =>
      costLabel(scale, point, { text: clip(point.name, 26), radius: 4, fill: "var(--label)", weight: "400" }),
    ),
    ...silent.map((point) => costLabel(scale, point, { text: "", radius: 4, fill: "", weight: "400" })),
    ...sweeps.map((point) => costLabel(scale, point, { text: "", radius: 0, fill: "", weight: "400" })),
  ];
}
