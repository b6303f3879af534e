/** A map of coloured numbers, rows named at the left, columns slanted at the top: what every heat map is drawn from. */
import { clip } from "../format.ts";
import type { Html } from "../html-text.ts";
import { chartWidth } from "./chart-kit.ts";
import type { ChartKit } from "./chart-kit.ts";
import { nameMargin, textWidth } from "./label-spacing.ts";

export interface HeatCell {
  /** key of its row */
  readonly row: string;
  /** position of its column, as text */
  readonly column: string;
  readonly text: string;
  readonly title: string;
  readonly colour: string;
  readonly ink: string;
}

export interface HeatInput {
  /** what a screen reader says */
  readonly label: string;
  readonly rows: readonly { readonly key: string; readonly name: string }[];
  readonly columns: readonly string[];
  readonly cells: readonly HeatCell[];
}

const rowHeight = 26;
const widestName = 210;
const smallestCell = 38;
const nameLength = 25;
const headLength = 20;

/** The colour of a cell's number: readable on strong colours too. `step` −1 … +1. */
export function heatInk(step: number): string {
  return Math.abs(step) > 0.6 ? "var(--on-strong)" : "var(--ink)";
}

export function drawHeat({ Plot, draw }: ChartKit, { label, rows, columns, cells }: HeatInput): Html {
  const heads = columns.map((name) => clip(name, headLength));
  const headHeight = Math.min(120, 16 + 0.68 * Math.max(...heads.map((head) => textWidth(head))));
  const names = rows.map(({ name }) => clip(name, nameLength));
  const nameWidth = nameMargin(names, widestName);
  const positions = columns.map((_, c) => String(c));
  const marginRight = overhang(heads);
  return draw({
    label,
    width: Math.max(chartWidth, nameWidth + columns.length * smallestCell + marginRight),
    height: headHeight + rows.length * rowHeight + 4,
    marginLeft: nameWidth,
    marginRight,
    marginTop: headHeight,
    marginBottom: 4,
    x: { type: "band", domain: positions, axis: null, padding: 0.04 },
    y: { type: "band", domain: rows.map(({ key }) => key), axis: null, padding: 0.06 },
    marks: [
      Plot.cell(cells, { x: "column", y: "row", fill: "colour", title: "title", rx: 2 }),
      Plot.text(cells, { x: "column", y: "row", text: "text", fill: "ink", fontVariant: "tabular-nums" }),
      Plot.text(rows, { y: "key", text: ({ name }: { name: string }) => clip(name, nameLength), ...rowNames }),
      Plot.text(positions, {
        x: (column: string) => column,
        text: (column: string) => heads[Number(column)] ?? "",
        ...columnNames,
      }),
    ],
  });
}

const rowNames = { frameAnchor: "left", textAnchor: "end", dx: -8, fill: "var(--ink)" } as const;
const columnNames = {
  frameAnchor: "top",
  textAnchor: "start",
  dy: -8,
  dx: -4,
  rotate: -40,
  fill: "var(--ink)",
} as const;

/** How far the slanted heads of the last columns reach beyond them. */
function overhang(heads: readonly string[]): number {
  const reach = heads.map((head, c) => 0.8 * textWidth(head) - (heads.length - c - 0.5) * smallestCell);
  return Math.max(16, ...reach);
}
