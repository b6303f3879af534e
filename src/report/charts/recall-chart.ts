/** How often the router finds a right model, by how many models are right: the rare experts are on the left. */
import type { Markish } from "@observablehq/plot";
import type { Report, RouterReport } from "../../core/report.ts";
import { plural } from "../../core/plural.ts";
import { percent } from "../format.ts";
import type { Html } from "../html-text.ts";
import { isBestSingle } from "../leaderboard.ts";
import { chartWidth, type ChartKit } from "./chart-kit.ts";
import { routerInks, type RouterInk } from "./palette.ts";

const rareExperts = [1, 3] as const;
/** The share of the height the prompt counts may take at the bottom. */
const countShare = 16;

interface RecallPoint {
  readonly k: number;
  readonly recall: number;
  readonly title: string;
}

/** So many of the best routers have a line: more hide one another. */
export const drawnRecalls = 8;

/** The routers drawn: the best ones, and the best single model to compare with. */
export function recallInks(report: Report): RouterInk[] {
  const known = routerInks(report).filter((ink) => pointsOf(ink.router).length > 0);
  return known.filter((ink, place) => place < drawnRecalls || isBestSingle(ink.router));
}

/** Undefined when no ranked router has a recall at any number of right models. */
export function recallChart(kit: ChartKit, report: Report): Html | undefined {
  const { Plot } = kit;
  const inks = recallInks(report);
  const rows = inks[0]?.router.recallByK.filter((row) => row.k > 0) ?? [];
  const models = report.data.models;
  if (rows.length === 0) return undefined;
  const chance = rows.flatMap((row) => (row.chance === null ? [] : [{ k: row.k, recall: row.chance * 100 }]));
  return kit.draw({
    label:
      "Share of prompts on which the router asks a right model, by the number of models that are right, and chance.",
    width: chartWidth,
    height: 400,
    marginLeft: 48,
    marginRight: 20,
    marginTop: 26,
    marginBottom: 46,
    x: {
      domain: [0.5, models + 0.5],
      ...axis,
      label: `Number of models (of ${models}) that are right on the prompt`,
      ticks: ticks(models),
      tickFormat: String,
    },
    y: { domain: [0, 100], label: "Right, %" },
    marks: [
      Plot.gridY({ stroke: "var(--grid)", strokeOpacity: 1 }),
      ...rareBand(kit, models),
      ...promptBars(kit, report, inks[0]),
      Plot.line(chance, { x: "k", y: "recall", stroke: "var(--ink)", strokeDasharray: "4,4" }),
      ...inks.toReversed().flatMap((ink) => routerMarks(kit, ink, models > 16 ? 2.8 : 4)),
    ],
  });
}

const axis = { labelAnchor: "center", labelArrow: "none" } as const;

function routerMarks({ Plot }: ChartKit, { router, colour, symbol }: RouterInk, r: number): Markish[] {
  const points = pointsOf(router);
  return [
    Plot.line(points, { x: "k", y: "recall", stroke: colour, strokeWidth: 2 }),
    Plot.dot(points, { x: "k", y: "recall", fill: colour, symbol, r, title: "title" }),
  ];
}

function rareBand({ Plot }: ChartKit, models: number): Markish[] {
  const [from, to] = rareExperts;
  if (models <= to) return [];
  return [
    Plot.rect([0], { x1: from - 0.5, x2: to + 0.5, y1: 0, y2: 100, fill: "var(--band)" }),
    Plot.text([0], {
      x: from - 0.5,
      y: 100,
      dx: 6,
      dy: 12,
      textAnchor: "start",
      text: () => "rare experts",
      fill: "var(--label)",
    }),
  ];
}

function promptBars({ Plot }: ChartKit, report: Report, ink: RouterInk | undefined): Markish[] {
  const rows = ink?.router.recallByK.filter((row) => row.k > 0 && row.prompts !== null) ?? [];
  const most = Math.max(1, ...rows.map((row) => row.prompts ?? 0));
  const bars = rows.map(({ k, prompts }) => ({
    from: k - 0.38,
    to: k + 0.38,
    height: ((prompts ?? 0) / most) * countShare,
    title: `${plural(prompts ?? 0, "test prompt")} on which ${k} of ${report.data.models} models are right`,
  }));
  return [Plot.rect(bars, { x1: "from", x2: "to", y1: 0, y2: "height", fill: "var(--bar)", title: "title" })];
}

function pointsOf(router: RouterReport): RecallPoint[] {
  return router.recallByK.flatMap(({ k, recall, chance, prompts }) => {
    if (k === 0 || recall === null) return [];
    const title = `${router.name}, ${k} right: ${percent(recall)} %, chance ${percent(chance)} % (${plural(prompts ?? 0, "prompt")})`;
    return [{ k, recall: recall * 100, title }];
  });
}

/** Every whole number while there is room, else about ten of them. */
function ticks(models: number): number[] {
  const step = models <= 16 ? 1 : Math.ceil(models / 10);
  return Array.from({ length: Math.floor(models / step) }, (_, i) => (i + 1) * step).concat(step > 1 ? [1] : []);
}
