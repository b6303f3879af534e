/** Where routing wins: every router's and top model's accuracy minus the best single model's, data set by data set. */
import type { Report } from "../../core/report.ts";
import { plural } from "../../core/plural.ts";
import { clip, percent, signedPoints } from "../format.ts";
import type { Html } from "../html-text.ts";
import { isBestSingle, leaderboard } from "../leaderboard.ts";
import { chartWidth, type ChartKit } from "./chart-kit.ts";
import { nameMargin, textWidth } from "./label-spacing.ts";
import { divergingColour } from "./palette.ts";

const topModels = 6;
const rowHeight = 26;
const widestName = 210;
const smallestCell = 38;
/** Points at which the colour is full, so that one outlier does not bleach the rest. */
export const fullColourPoints = 20;

interface Row {
  readonly key: string;
  readonly name: string;
  readonly accuracies: readonly (number | null)[];
}

interface Cell {
  readonly row: string;
  readonly column: string;
  readonly text: string;
  readonly title: string;
  readonly colour: string;
  readonly ink: string;
}

/** Undefined when the best single model's accuracies by data set are unknown. */
export function heatMap({ Plot, draw }: ChartKit, report: Report): Html | undefined {
  const labels = report.data.datasetReports.map((row) => `${row.label}${row.ood ? " *" : ""}`);
  const baseline = baselineRow(report);
  if (baseline === undefined || labels.length === 0) return undefined;
  const rows = [baseline, ...routerRows(report), ...modelRows(report)];
  const cells = rows.flatMap((row) => cellsOf(row, baseline, report));
  const headHeight = Math.min(120, 16 + 0.68 * Math.max(...labels.map((label) => textWidth(clip(label, 20)))));
  const nameWidth = nameMargin(
    rows.map((row) => clip(row.name, 25)),
    widestName,
  );
  const columns = labels.map((_, d) => String(d));
  const marginRight = overhang(labels);
  return draw({
    label: `Accuracy minus that of ${report.bestSingle.name} in points, by data set, for routers and models.`,
    width: Math.max(chartWidth, nameWidth + labels.length * smallestCell + marginRight),
    height: headHeight + rows.length * rowHeight + 4,
    marginLeft: nameWidth,
    marginRight,
    marginTop: headHeight,
    marginBottom: 4,
    x: { type: "band", domain: columns, axis: null, padding: 0.04 },
    y: { type: "band", domain: rows.map((row) => row.key), axis: null, padding: 0.06 },
    marks: [
      Plot.cell(cells, { x: "column", y: "row", fill: "colour", title: "title", rx: 2 }),
      Plot.text(cells, { x: "column", y: "row", text: "text", fill: "ink", fontVariant: "tabular-nums" }),
      Plot.text(rows, { y: "key", text: (row: Row) => clip(row.name, 25), ...rowNames }),
      Plot.text(columns, { x: (column: string) => column, text: headText(labels), ...columnNames }),
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
function overhang(labels: readonly string[]): number {
  const reach = labels.map((label, d) => 0.8 * textWidth(clip(label, 20)) - (labels.length - d - 0.5) * smallestCell);
  return Math.max(16, ...reach);
}

function headText(labels: readonly string[]): (column: string) => string {
  return (column) => clip(labels[Number(column)] ?? "", 20);
}

function baselineRow(report: Report): Row | undefined {
  const router = report.routers.find(isBestSingle);
  const model = report.modelPoints.find(({ name }) => name === report.bestSingle.name);
  const accuracies = router?.accuracyByDataset ?? model?.accuracyByDataset;
  return accuracies && { key: "baseline", name: `${report.bestSingle.name}, %`, accuracies };
}

function routerRows(report: Report): Row[] {
  return leaderboard(report)
    .ranked.filter((router) => !isBestSingle(router))
    .map((router, rank) => ({ key: `router ${rank}`, name: router.name, accuracies: router.accuracyByDataset }));
}

function modelRows(report: Report): Row[] {
  return report.modelPoints
    .filter((model) => model.name !== report.bestSingle.name)
    .toSorted((a, b) => (b.avgAcc ?? -1) - (a.avgAcc ?? -1))
    .slice(0, topModels)
    .map((model, rank) => ({ key: `model ${rank}`, name: model.name, accuracies: model.accuracyByDataset }));
}

function cellsOf(row: Row, baseline: Row, report: Report): Cell[] {
  return report.data.datasetReports.flatMap((dataset, d) => {
    const accuracy = row.accuracies[d] ?? null;
    const best = baseline.accuracies[d] ?? null;
    if (accuracy === null || best === null) return [];
    const place = { row: row.key, column: String(d) };
    const facts = `${row.name.replace(/, %$/, "")} on ${dataset.label} (${plural(dataset.prompts, "prompt")}): ${percent(accuracy)} %`;
    if (row === baseline) {
      return [{ ...place, text: percent(accuracy, 0), title: facts, colour: "var(--surface-2)", ink: "var(--ink)" }];
    }
    const delta = accuracy - best;
    const step = (delta * 100) / fullColourPoints;
    return [
      {
        ...place,
        text: signedPoints(delta, 0),
        title: `${facts}, ${signedPoints(delta)} points against ${report.bestSingle.name}`,
        colour: divergingColour(step),
        ink: Math.abs(step) > 0.6 ? "var(--on-strong)" : "var(--ink)",
      },
    ];
  });
}
