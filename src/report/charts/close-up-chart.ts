/** The ranked routers of a crowded cost chart once more, close up: each point with its place on the leaderboard. */
import type { Report } from "../../core/report.ts";
import { clip, usd } from "../format.ts";
import type { Html } from "../html-text.ts";
import { leaderboard } from "../leaderboard.ts";
import type { ChartKit } from "./chart-kit.ts";
import { axis, costLabel, frameOf, frontierMarks, labelMarks, pointMarks, type CostLabel } from "./cost-marks.ts";
import { closeScale, costPoints, isWithin, pixels, type RouterPoint, type Scale } from "./cost-points.ts";

const height = 420;
const radius = 6;
/** Up to so many routers have their names beside their points. */
const mostNamed = 8;
/** Points this close, in pixels, share a label. */
const sameSpot = 5;

/** Whether names beside the points would cover one another, so that the routers are numbered and drawn close up. */
export function isCrowded(report: Report): boolean {
  return leaderboard(report).ranked.length > mostNamed;
}

/** Undefined when nothing is crowded, or no router has a cost above zero. */
export function closeUpChart(kit: ChartKit, report: Report): Html | undefined {
  const { models, routers, references, frontier } = costPoints(report);
  if (!isCrowded(report) || routers.length === 0) return undefined;
  const scale = closeScale(routers, height);
  const context = {
    models: models.filter((point) => isWithin(scale, point)),
    references: references.filter((point) => isWithin(scale, point)),
  };
  const labels = [
    ...spots(scale, routers).map((spot) => spotLabel(scale, spot)),
    ...[...context.references, ...context.models].map((point) =>
      costLabel(scale, point, { text: clip(point.name, 26), radius: 4, fill: "var(--label)", weight: "400" }),
    ),
  ];
  const { Plot } = kit;
  return kit.draw({
    label: "The same axes close up around the ranked routers, numbered as on the leaderboard.",
    ...frameOf(scale),
    x: {
      type: "log",
      domain: scale.cost,
      label: "Cost of the test part, USD (log), close up",
      ...axis,
      ticks: evenTicks(scale),
      tickFormat: (value: number) => `$${usd(value)}`,
    },
    marks: [
      Plot.gridY({ stroke: "var(--grid)", strokeOpacity: 1 }),
      ...frontierMarks(kit, frontier, scale),
      ...pointMarks(kit, { ...context, routers }, radius),
      ...labelMarks(kit, scale, labels),
    ],
  });
}

/** Routers whose points cover one another, best first. */
function spots(scale: Scale, routers: readonly RouterPoint[]): RouterPoint[][] {
  const found: RouterPoint[][] = [];
  for (const point of routers) {
    const { x, y } = pixels(scale, point);
    const near = found.find(([first]) => {
      if (first === undefined) return false;
      const other = pixels(scale, first);
      return Math.hypot(other.x - x, other.y - y) < sameSpot;
    });
    if (near) near.push(point);
    else found.push([point]);
  }
  return found;
}

function spotLabel(scale: Scale, spot: readonly RouterPoint[]): CostLabel {
  const [first] = spot;
  if (first === undefined) throw new RangeError("a spot holds one router at least");
  const text = rankRanges(spot.map(({ ink }) => ink.rank));
  return costLabel(scale, first, { text, radius, fill: first.ink.colour, weight: "700" });
}

/** [2, 3, 4, 7] → "2–4, 7". */
export function rankRanges(ranks: readonly number[]): string {
  const runs: [number, number][] = [];
  for (const rank of ranks) {
    const run = runs.at(-1);
    if (run && rank === run[1] + 1) run[1] = rank;
    else runs.push([rank, rank]);
  }
  return runs.map(([from, to]) => (from === to ? `${from}` : `${from}–${to}`)).join(", ");
}

/** Six costs at equal distances on the log axis. */
function evenTicks({ cost: [low, high] }: Scale): number[] {
  return Array.from({ length: 6 }, (_, i) => low * (high / low) ** ((i + 0.5) / 6));
}
