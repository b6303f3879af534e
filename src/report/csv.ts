/**
 * One row a router, for spreadsheets and data frames. Fractions and USD as in the JSON, full digits, empty = unknown.
 * The columns are stable: new ones are added at the end.
 */
import { stringify } from "csv-stringify/sync";
import type { Report, RouterReport } from "../core/report.ts";
import { isReference, standing } from "./leaderboard.ts";

interface CsvColumn {
  readonly name: string;
  /** what the column holds, for the documentation */
  readonly description: string;
  readonly value: (router: RouterReport, report: Report) => string | number | null;
}

/** Name, meaning and source of every column, in order. */
export const csvColumns: readonly CsvColumn[] = [
  column("router", "name", (router) => router.name),
  column("ranked", "yes, or no for cheats and context lines", (router) => (isReference(router) ? "no" : "yes")),
  column("cheats", "no, yes, or task-label", ({ cheats }) =>
    cheats === true ? "yes" : cheats === false ? "no" : cheats,
  ),
  column("standing", "against the best single model, by the adjusted p", (router) =>
    isReference(router) ? null : standing(router),
  ),
  column("policy", "how estimates were turned into a choice", (router) => router.policy),
  column("avgAcc", "mean over data sets of the mean score", (router) => router.avgAcc.mean),
  column("avgAccSd", "sample standard deviation over seeds", (router) => router.avgAcc.sd),
  column("avgAccLow", "95 % interval, low", (router) => router.avgAcc.ci95?.[0] ?? null),
  column("avgAccHigh", "95 % interval, high", (router) => router.avgAcc.ci95?.[1] ?? null),
  column("sampleMean", "mean score over all test prompts", (router) => router.sampleMean),
  column("deltaBestSingle", "avgAcc minus the best single model's", (router) => router.deltaBestSingle.mean),
  column("deltaBestSingleLow", "95 % interval, low", (router) => router.deltaBestSingle.ci95?.[0] ?? null),
  column("deltaBestSingleHigh", "95 % interval, high", (router) => router.deltaBestSingle.ci95?.[1] ?? null),
  column("pAdjusted", "adjusted p of that difference", (router) => router.deltaBestSingle.pAdjusted),
  column("gainAtRandom", "mean relative gain over the random router", (router) => router.gainAtRandom),
  column("gainAtBest", "mean relative gain over the best single model", (router) => router.gainAtBest),
  column("gapAtOracle", "mean relative gap to the oracle", (router) => router.gapAtOracle),
  column("totalCostUsd", "USD over the test part, mean over seeds", (router) => router.totalCostUsd),
  column("decisionCostUsd", "USD of deciding, contained in the total", (router) => router.decisionCostUsd),
  column(
    "perfGain",
    "relative gain at the point of the cost sweep that was best on validation",
    (router) => router.perfGain,
  ),
  column(
    "costSave",
    "share of the best single model's cost saved at the cheapest point as accurate on validation",
    (router) => router.costSave,
  ),
  column("costSaveLow", "95 % interval, low", (router) => router.costSaveCi95?.[0] ?? null),
  column("costSaveHigh", "95 % interval, high", (router) => router.costSaveCi95?.[1] ?? null),
  column("paretoDist", "distance to the frontier on unit axes", (router) => router.paretoDist),
  column("aiq", "area under the quality–cost hull", (router) => router.aiq),
  column(
    "fitSeconds",
    "seconds to fit once, the search of options included, mean over seeds",
    (router) => router.fitSeconds,
  ),
  column("decisionMicrosP50", "µs to decide one query, median", (router) => router.decisionMicros.p50),
  column("decisionMicrosP99", "µs to decide one query, 99th percentile", (router) => router.decisionMicros.p99),
  column("missingPicks", "prompts sent to a model without a record", (router) => router.missingPicks),
  column("failedPicks", "prompts sent to a model whose call failed", (router) => router.failedPicks),
  column("data", "name of the data", (_, report) => report.data.name),
  column("splitHash", "only rows of equal hash may be compared", (_, report) => report.split.hash),
  column("encoder", "fingerprint of the encoder", (_, report) => report.encoder.fingerprint),
  column(
    "costSaveDelta",
    "at costSave's point: avgAcc minus the best single model's",
    (router) => router.costSaveDelta.mean,
  ),
  column("costSaveDeltaLow", "95 % interval, low", (router) => router.costSaveDelta.ci95?.[0] ?? null),
  column("costSaveDeltaHigh", "95 % interval, high", (router) => router.costSaveDelta.ci95?.[1] ?? null),
  column("costSaveOnValidation", "what that point saved on validation", (router) => router.costSaveOnValidation),
];

/** The report as CSV with a header, in the order of the report. Text that a spreadsheet would run is defused. */
export function reportToCsv(report: Report): string {
  const rows = report.routers.map((router) => csvColumns.map((entry) => finite(entry.value(router, report))));
  return stringify(rows, { header: true, columns: csvColumns.map((entry) => entry.name), escape_formulas: true });
}

function column(name: string, description: string, value: CsvColumn["value"]): CsvColumn {
  return { name, description, value };
}

function finite(value: string | number | null): string | number | null {
  return typeof value === "number" && !Number.isFinite(value) ? null : value;
}
