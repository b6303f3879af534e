/** The marks that the cost charts share: points, the frontier, and labels that keep clear of one another. */
import type { Markish } from "@observablehq/plot";
import { chartWidth, type ChartKit } from "./chart-kit.ts";
import { isWithin, margin, pixels, type Point, type RouterPoint, type Scale } from "./cost-points.ts";
import { placeLabels, type LabelAnchor } from "./label-spacing.ts";

export const at = { x: "costUsd", y: "accuracy" } as const;
export const axis = { labelAnchor: "center", labelArrow: "none" } as const;

/** Size and margins of a chart with this scale. */
export function frameOf({ height, accuracy }: Scale) {
  return {
    width: chartWidth,
    height,
    marginLeft: margin.left,
    marginRight: margin.right,
    marginTop: margin.top,
    marginBottom: margin.bottom,
    y: { domain: accuracy, label: "AvgAcc, %", grid: true },
  };
}

/** The best accuracy any point reaches at that cost, as a step, as far as it lies within the scale. */
export function frontierMarks({ Plot }: ChartKit, points: readonly Point[], scale: Scale): Markish[] {
  const [from, to] = scale.cost;
  const before = points.findLast(({ costUsd }) => costUsd < from);
  const last = points.findLast(({ costUsd }) => costUsd <= to);
  const step = [
    ...(before ? [{ ...before, costUsd: from }] : []),
    ...points,
    ...(last ? [{ ...last, costUsd: to }] : []),
  ].filter((point) => isWithin(scale, point));
  const look = { curve: "step-after", stroke: "var(--frontier)", strokeWidth: 6, strokeOpacity: 0.45 } as const;
  return [Plot.line(step, { ...at, ...look })];
}

/** Models grey, reference lines hollow, routers in their own colour and shape, the best on top. */
export function pointMarks(
  { Plot }: ChartKit,
  shown: { models: readonly Point[]; references: readonly Point[]; routers: readonly RouterPoint[] },
  radius: number,
): Markish[] {
  const hollow = { r: 4.5, stroke: "var(--ink)", fill: "var(--surface)" };
  return [
    Plot.dot(shown.models, { ...at, r: 4, fill: "var(--muted)", title: "title" }),
    Plot.dot(shown.references, { ...at, ...hollow, title: "title" }),
    ...shown.routers.toReversed().map((point) => {
      const { colour, symbol } = point.ink;
      return Plot.dot([point], { ...at, r: radius, fill: colour, symbol, stroke: "var(--surface)", title: "title" });
    }),
  ];
}

export interface CostLabel extends LabelAnchor {
  readonly fill: string;
  readonly weight: "400" | "700";
  readonly point: Point;
}

/** A label for the point; an empty text only keeps other labels off the point. Bold ones must appear. */
export function costLabel(
  scale: Scale,
  point: Point,
  look: { text: string; radius: number; fill: string; weight: "400" | "700" },
): CostLabel {
  return { ...pixels(scale, point), point, ...look, required: look.weight === "700" && look.text !== "" };
}

/** The labels, most important first, each where it covers no other and no point; hairs lead to those far off. */
export function labelMarks({ Plot }: ChartKit, scale: Scale, labels: readonly CostLabel[]): Markish[] {
  const frame = { left: margin.left, right: chartWidth, top: 4, bottom: scale.height - margin.bottom };
  return placeLabels(labels, frame).flatMap(({ anchor: { point, text, fill, weight }, dx, dy, textAnchor, far }) => [
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
