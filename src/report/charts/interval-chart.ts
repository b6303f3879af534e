/** Dot and whisker: every ranked router's lead over the best single model, with its interval and the zero line. */
import type { Report, RouterReport } from "../../core/report.ts";
import { clip, intervalText, signedPoints } from "../format.ts";
import type { Html } from "../html-text.ts";
import { leaderboard, standing } from "../leaderboard.ts";
import { chartWidth, type ChartKit } from "./chart-kit.ts";
import { nameMargin, textWidth } from "./label-spacing.ts";

const rowHeight = 30;
const widestName = 180;
const colours = {
  better: "var(--better)",
  worse: "var(--worse)",
  "not distinguishable": "var(--muted)",
  baseline: "var(--muted)",
};

interface Row {
  readonly name: string;
  readonly delta: number;
  readonly low: number;
  readonly high: number;
  readonly text: string;
  readonly title: string;
  readonly colour: string;
}

/** Undefined when no ranked router has a known difference. */
export function intervalChart({ Plot, draw }: ChartKit, report: Report): Html | undefined {
  const { ranked, digits } = leaderboard(report);
  const rows = ranked.flatMap((router, rank) => rowOf(router, rank, digits));
  if (rows.length === 0) return undefined;
  const names = new Map(rows.map((row) => [row.name, row.title]));
  return draw({
    label: `Difference to the best single model, ${report.bestSingle.name}, in points of AvgAcc, with 95 % intervals.`,
    width: chartWidth,
    height: rows.length * rowHeight + 70,
    marginLeft: nameMargin(
      rows.map((row) => clip(nameOf(row), 22)),
      widestName,
    ),
    marginRight: 22 + Math.max(...rows.map(({ text }) => textWidth(text))),
    marginTop: 24,
    marginBottom: 42,
    x: { label: "AvgAcc minus the best single model's, points", labelAnchor: "center", labelArrow: "none", nice: true },
    y: { domain: [...names.keys()], label: null, axis: null },
    marks: [
      Plot.gridX({ stroke: "var(--grid)", strokeOpacity: 1 }),
      Plot.ruleX([0], { stroke: "var(--ink)", strokeWidth: 1.5 }),
      Plot.text([0], { x: 0, frameAnchor: "top", dy: -14, text: () => "best single", fill: "var(--ink)" }),
      Plot.link(rows, { x1: "low", x2: "high", y1: "name", y2: "name", stroke: "colour", strokeWidth: 2.5 }),
      Plot.dot(rows, { x: "delta", y: "name", r: 5.5, fill: "colour", title: "title" }),
      Plot.text(rows, { y: "name", text: (row: Row) => clip(nameOf(row), 22), ...sideText("left", "end", -10) }),
      Plot.text(rows, { y: "name", text: "text", ...sideText("right", "start", 10) }),
    ],
  });
}

function sideText(frameAnchor: "left" | "right", textAnchor: "start" | "end", dx: number) {
  return { frameAnchor, textAnchor, dx, fill: "var(--ink)", fontVariant: "tabular-nums" };
}

/** Two routers may carry one name (the same method with two presets): the rank keeps their rows apart. */
function rowOf(router: RouterReport, rank: number, digits: number): Row[] {
  const { mean, ci95, pAdjusted } = router.deltaBestSingle;
  const kind = standing(router);
  if (mean === null || kind === "baseline") return [];
  const numbers = `${signedPoints(mean, digits)} ${intervalText(ci95, signedPoints, digits)}`.trim();
  return [
    {
      name: `${rank}\u0000${router.name}`,
      delta: mean * 100,
      low: (ci95?.[0] ?? mean) * 100,
      high: (ci95?.[1] ?? mean) * 100,
      text: numbers,
      title: `${router.name}: ${numbers} points, ${kind}${pAdjusted === null ? "" : ` (adjusted p ${pAdjusted.toPrecision(2)})`}`,
      colour: colours[kind],
    },
  ];
}

function nameOf(row: Row): string {
  return row.name.slice(row.name.indexOf("\u0000") + 1);
}
