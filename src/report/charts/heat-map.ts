/** Where routing wins: every router's and top model's accuracy minus the best single model's, data set by data set. */
import type { Report } from "../../core/report.ts";
import { plural } from "../../core/plural.ts";
import { percent, signedPoints } from "../format.ts";
import type { Html } from "../html-text.ts";
import { isBestSingle, leaderboard } from "../leaderboard.ts";
import type { ChartKit } from "./chart-kit.ts";
import { drawHeat, heatInk } from "./heat-cells.ts";
import type { HeatCell } from "./heat-cells.ts";
import { divergingColour } from "./palette.ts";

const topModels = 6;
/** Points at which the colour is full, so that one outlier does not bleach the rest. */
export const fullColourPoints = 20;

interface Row {
  readonly key: string;
  readonly name: string;
  readonly accuracies: readonly (number | null)[];
}

/** Undefined when the best single model's accuracies by data set are unknown. */
export function heatMap(kit: ChartKit, report: Report): Html | undefined {
  const columns = report.data.datasetReports.map((row) => `${row.label}${row.ood ? " *" : ""}`);
  const baseline = baselineRow(report);
  if (baseline === undefined || columns.length === 0) return undefined;
  const rows = [baseline, ...routerRows(report), ...modelRows(report)];
  const cells = rows.flatMap((row) => cellsOf(row, baseline, report));
  const label = `Accuracy minus that of ${report.bestSingle.name} in points, by data set, for routers and models.`;
  return drawHeat(kit, { label, rows, columns, cells });
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

function cellsOf(row: Row, baseline: Row, report: Report): HeatCell[] {
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
        ink: heatInk(step),
      },
    ];
  });
}
