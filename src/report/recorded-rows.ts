/** Recorded hosted routers as every view shows them: beside the leaderboard, never in it. */
import type { Report } from "../core/report.ts";
import { count, decimal, intervalText, percent, signedPoints, usd } from "./format.ts";

export type RecordedRow = NonNullable<Report["recorded"]>[number];

export const recordedTitle = "Recorded hosted routers: not of the pool, so in no ranking, oracle or front";

export const recordedHead = ["Hosted router", "AvgAcc %", "[95 %]", "Δ best", "[95 %]", "Cost USD", "To front"];

/** "openrouter 2026-11-20": the day is part of the name, since another day is another router. */
export function recordedName({ name, day }: RecordedRow): string {
  return `${name} ${day ?? "(no day)"}`;
}

/** The cells under `recordedHead`. */
export function recordedCells(row: RecordedRow, digits: number): string[] {
  return [
    recordedName(row),
    percent(row.avgAcc.mean, digits),
    intervalText(row.avgAcc.ci95, percent, digits),
    signedPoints(row.deltaBestSingle.mean, digits),
    intervalText(row.deltaBestSingle.ci95, signedPoints, digits),
    usd(row.totalCostUsd),
    decimal(row.distanceToFront, 3),
  ];
}

/** Who answered, and on how much of the test part the row rests. */
export function recordedNote(row: RecordedRow): string {
  const asked = row.requestedModels.length === 0 ? "" : `, asked as ${row.requestedModels.join(", ")}`;
  const shown = row.servedBy.slice(0, 5).map(({ model, share }) => `${model} ${percent(share, 0)} %`);
  const more = row.servedBy.length > 5 ? ` and ${row.servedBy.length - 5} more` : "";
  const served = shown.length === 0 ? "who answered was not recorded" : `answered by ${shown.join(", ")}${more}`;
  const part =
    row.testPrompts < row.ofTestPrompts
      ? `; only ${count(Math.round(row.testPrompts))} of ${count(Math.round(row.ofTestPrompts))} test prompts are recorded, so there is no total cost, and the best single model is read on the same ones`
      : "";
  return `${recordedName(row)}${asked}: ${served}${part}.`;
}
