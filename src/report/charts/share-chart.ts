/** Who is asked how often: the test prompts of every ranked router, stacked by model. */
import type { Report, RouterReport } from "../../core/report.ts";
import { plural } from "../../core/plural.ts";
import { clip, percent } from "../format.ts";
import { html, type Html } from "../html-text.ts";
import { leaderboard } from "../leaderboard.ts";
import { chartWidth, type ChartKit } from "./chart-kit.ts";
import { nameMargin, textWidth } from "./label-spacing.ts";
import { paletteSize } from "./palette.ts";

const rowHeight = 34;
const margin = { right: 16, top: 6, bottom: 42 };
const widestName = 180;

interface Segment {
  readonly row: string;
  readonly from: number;
  readonly to: number;
  readonly colour: string;
  readonly name: string;
  readonly title: string;
}

interface ShareChart {
  readonly drawing: Html;
  /** the models that have a colour of their own, then "others" */
  readonly legend: readonly { readonly name: string; readonly colour: string }[];
}

/** Undefined when no ranked router asked anybody. */
export function shareChart({ Plot, draw }: ChartKit, report: Report): ShareChart | undefined {
  const { ranked } = leaderboard(report);
  const rows = ranked.map((router, rank) => ({ key: String(rank), router }));
  const colours = modelColours(report);
  const left = nameMargin(
    rows.map(({ router }) => clip(router.name, 22)),
    widestName,
  );
  const segments = rows.flatMap(({ key, router }) => segmentsOf(key, router, report, colours));
  if (segments.length === 0) return undefined;
  const drawing = draw({
    label: "Share of the test prompts that each router sends to each model.",
    width: chartWidth,
    height: rows.length * rowHeight + margin.top + margin.bottom,
    marginLeft: left,
    marginRight: margin.right,
    marginTop: margin.top,
    marginBottom: margin.bottom,
    x: { domain: [0, 100], label: "Share of the test prompts, %", labelAnchor: "center", labelArrow: "none" },
    y: { type: "band", domain: rows.map((row) => row.key), axis: null, padding: 0.22 },
    marks: [
      Plot.barX(segments, { y: "row", x1: "from", x2: "to", fill: "colour", title: "title", ...edge }),
      Plot.text(segments, {
        y: "row",
        x: (s: Segment) => (s.from + s.to) / 2,
        text: fittingText(left),
        fill: "var(--on-strong)",
      }),
      Plot.text(rows, { y: "key", text: (row) => clip(row.router.name, 22), ...rowNames }),
    ],
  });
  const named = [...colours].map(([model, colour]) => ({ name: report.data.modelNames[model] ?? "", colour }));
  const others = segments.some(({ colour, from, to }) => colour === otherColour && to - from > 0.2);
  return { drawing, legend: others ? [...named, { name: "other models", colour: otherColour }] : named };
}

const otherColour = "var(--muted)";
const edge = { stroke: "var(--surface)", strokeWidth: 1 } as const;
const rowNames = { frameAnchor: "left", textAnchor: "end", dx: -10, fill: "var(--ink)" } as const;

/** The models that some router asks most get a colour each; column → colour. */
function modelColours(report: Report): Map<number, string> {
  const { ranked } = leaderboard(report);
  const largest = report.data.modelNames.map((_, column) => ({
    column,
    share: Math.max(0, ...ranked.map((router) => router.selectionShare[column] ?? 0)),
  }));
  const chosen = largest.filter(({ share }) => share > 0).toSorted((a, b) => b.share - a.share);
  return new Map(chosen.slice(0, paletteSize).map(({ column }, i) => [column, `var(--model-${i})`]));
}

/** Coloured models first, in one order for all rows; all others together follow in grey. */
function segmentsOf(
  row: string,
  router: RouterReport,
  report: Report,
  colours: ReadonlyMap<number, string>,
): Segment[] {
  const others = [...router.selectionShare.entries()].filter(
    ([column, share]) => !colours.has(column) && (share ?? 0) > 0,
  );
  const parts = [
    ...[...colours].map(([column, colour]) => ({
      name: report.data.modelNames[column] ?? "",
      share: router.selectionShare[column] ?? 0,
      colour,
    })),
    {
      name: plural(others.length, "other model"),
      share: others.reduce((sum, [, share]) => sum + (share ?? 0), 0),
      colour: otherColour,
    },
  ];
  let from = 0;
  return parts
    .filter(({ share }) => share > 0)
    .map(({ name, share, colour }) => {
      const start = from;
      from += share * 100;
      const title = `${router.name} asks ${name} for ${percent(share)} % of the prompts`;
      return { row, from: start, to: from, colour, name, title };
    });
}

/** The name as far as it fits into its bar; nothing when little of it would. */
function fittingText(left: number): (segment: Segment) => string {
  return ({ from, to, name }) => {
    const room = ((chartWidth - left - margin.right) * (to - from)) / 100 - 10;
    const characters = Math.floor(room / textWidth("m"));
    return characters >= Math.min(7, Array.from(name).length) ? clip(name, characters) : "";
  };
}

/** A legend line of colour squares and names. */
export function colourLegend(entries: readonly { readonly name: string; readonly colour: string }[]): Html {
  const items = entries.map(
    ({ name, colour }) => html`<li><span class="swatch" style="background: ${colour}"></span>${clip(name, 40)}</li>`,
  );
  return html`<ul class="legend">
    ${items}
  </ul>`;
}
