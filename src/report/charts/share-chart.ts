/** Who is asked how often: the test prompts of every ranked router, stacked by model. */
import type { Report } from "../../core/report.ts";
import { clip, percent } from "../format.ts";
import { html, type Html } from "../html-text.ts";
import { leaderboard } from "../leaderboard.ts";
import { chartWidth, type ChartKit } from "./chart-kit.ts";
import { textWidth } from "./label-spacing.ts";
import { paletteSize } from "./palette.ts";

const rowHeight = 34;
const margin = { left: 150, right: 16, top: 6, bottom: 42 };

interface Segment {
  readonly row: string;
  readonly from: number;
  readonly to: number;
  readonly colour: string;
  readonly text: string;
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
  const segments = rows.flatMap(({ key, router }) =>
    segmentsOf(key, router.name, router.selectionShare, report, colours),
  );
  if (segments.length === 0) return undefined;
  const drawing = draw({
    label: "Share of the test prompts that each router sends to each model.",
    width: chartWidth,
    height: rows.length * rowHeight + margin.top + margin.bottom,
    marginLeft: margin.left,
    marginRight: margin.right,
    marginTop: margin.top,
    marginBottom: margin.bottom,
    x: { domain: [0, 100], label: "Share of the test prompts, %", labelAnchor: "center", labelArrow: "none" },
    y: { type: "band", domain: rows.map((row) => row.key), axis: null, padding: 0.22 },
    marks: [
      Plot.barX(segments, { y: "row", x1: "from", x2: "to", fill: "colour", title: "title", ...edge }),
      Plot.text(segments, { y: "row", x: (s: Segment) => (s.from + s.to) / 2, text: "text", fill: "var(--on-strong)" }),
      Plot.text(rows, { y: "key", text: (row) => clip(row.router.name, 22), ...rowNames }),
    ],
  });
  const named = [...colours].map(([model, colour]) => ({ name: report.data.modelNames[model] ?? "", colour }));
  const others = segments.some((segment) => segment.colour === otherColour);
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

/** Coloured models first, in one order for all rows; the others follow, one after the other, in grey. */
function segmentsOf(
  row: string,
  router: string,
  shares: readonly (number | null)[],
  report: Report,
  colours: ReadonlyMap<number, string>,
): Segment[] {
  const columns = [...colours.keys(), ...[...shares.keys()].filter((column) => !colours.has(column))];
  let from = 0;
  return columns.flatMap((column) => {
    const share = (shares[column] ?? 0) * 100;
    if (share <= 0) return [];
    const name = report.data.modelNames[column] ?? "";
    const segment = {
      row,
      from,
      to: from + share,
      colour: colours.get(column) ?? otherColour,
      text: colours.has(column) ? fitting(name, share) : "",
      title: `${router} asks ${name} for ${percent(share / 100)} % of the prompts`,
    };
    from += share;
    return [segment];
  });
}

/** The name as far as it fits into its bar; nothing when little of it would. */
function fitting(name: string, share: number): string {
  const room = ((chartWidth - margin.left - margin.right) * share) / 100 - 8;
  const characters = Math.floor(room / textWidth("m"));
  return characters >= Math.min(7, Array.from(name).length) ? clip(name, characters) : "";
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
