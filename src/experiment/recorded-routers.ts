/**
 * Hosted routers whose choices were recorded: rows beside the pool. Their models are not the pool's, so they enter no
 * oracle, no best single model, no ranking and no front; they are read on the same test prompts as everything else.
 * A hosted router changes from day to day: each day is a row of its own, and days are never averaged. Spec of routers §4.17.
 */
import { cellStatus } from "../core/outcome-table.ts";
import type { OutcomeTable } from "../core/outcome-table.ts";
import { finiteOrNull } from "../core/report.ts";
import type { Report } from "../core/report.ts";
import { mean } from "../math/stats.ts";
import { paretoDistances } from "../metrics/pareto-distance.ts";
import { compareValues } from "./analyses/pools.ts";
import { runOf } from "./seed-evidence.ts";
import type { SeedRun } from "./seed-run.ts";

/** Rows as those of the pool's table, one column a hosted router. */
export interface RecordedRouters {
  readonly table: OutcomeTable;
  /** unknown fields of a record as JSON text, "" when there are none */
  readonly extra: (row: number, column: number) => string;
}

type RecordedRow = NonNullable<Report["recorded"]>[number];

/** What a record says of the hosted router's call. */
interface Call {
  readonly requestedModel: string;
  readonly servedModel: string;
  /** YYYY-MM-DD; "" when not recorded */
  readonly day: string;
}

/** One row per hosted router and day, in the order of the columns, then of the days. */
export function recordedRows(
  pool: OutcomeTable,
  { table, extra }: RecordedRouters,
  runs: readonly SeedRun[],
  comparison: Pick<Report, "modelPoints" | "frontier">,
  draws: number,
): RecordedRow[] {
  const m = table.models.length;
  return table.models.flatMap(({ id }, column) => {
    const rows = [...pool.prompts.keys()].filter((r) => isScored(table, r * m + column));
    const calls = new Map(rows.map((r) => [r, callOf(extra(r, column))]));
    const days = [...new Set([...calls.values()].map(({ day }) => day))].toSorted();
    return days.map((day) => {
      const own = new Map([...calls].filter(([, call]) => call.day === day));
      return rowOf(pool, { name: id, day, column, table, calls: own }, runs, comparison, draws);
    });
  });
}

function isScored({ status, score }: OutcomeTable, cell: number): boolean {
  return status[cell] !== cellStatus.missing && !Number.isNaN(score.data[cell]!);
}

interface Recording {
  readonly name: string;
  readonly day: string;
  readonly column: number;
  readonly table: OutcomeTable;
  /** by row */
  readonly calls: ReadonlyMap<number, Call>;
}

function rowOf(
  pool: OutcomeTable,
  { name, day, column, table, calls }: Recording,
  runs: readonly SeedRun[],
  comparison: Pick<Report, "modelPoints" | "frontier">,
  draws: number,
): RecordedRow {
  const m = table.models.length;
  // Positions in the test part: the rows that this recording covers.
  const kept = runs.map(({ split }) => [...split.test.keys()].filter((i) => calls.has(split.test[i]!)));
  const splits = runs.map(({ split }, s) => Int32Array.from(kept[s]!, (i) => split.test[i]!));
  const own = splits.map((rows) => Float64Array.from(rows, (r) => table.score.data[r * m + column]!));
  const best = runs.map((run, s) => {
    const { score } = runOf(run, "best-single").replay;
    return Float64Array.from(kept[s]!, (i) => score[i]!);
  });
  const isCovered = kept.some((rows) => rows.length > 0);
  const compared = isCovered ? compareValues(pool, splits, [own, best], draws) : undefined;
  const difference = compared?.difference(0, 1);
  const isWhole = runs.every(({ split }, s) => kept[s]!.length === split.test.length);
  const costUsd = isWhole
    ? mean(splits.map((rows) => rows.reduce((total, r) => total + table.costUsd.data[r * m + column]!, 0)))
    : NaN;
  const avgAcc = compared?.mean[0] ?? NaN;
  return {
    name,
    day: day === "" ? null : day,
    prompts: calls.size,
    testPrompts: mean(kept.map((rows) => rows.length)),
    ofTestPrompts: mean(runs.map(({ split }) => split.test.length)),
    avgAcc: { mean: finiteOrNull(avgAcc), ci95: intervalOf(compared?.interval(0)) },
    deltaBestSingle: { mean: finiteOrNull(difference?.mean), ci95: intervalOf(difference?.ci95) },
    totalCostUsd: finiteOrNull(costUsd),
    distanceToFront: finiteOrNull(distanceToFront({ costUsd, avgAcc }, comparison)),
    requestedModels: distinct([...calls.values()].map(({ requestedModel }) => requestedModel)),
    servedBy: sharesOf([...calls.values()].map(({ servedModel }) => servedModel)),
  };
}

function intervalOf(interval: readonly [number, number] | undefined): [number, number] | null {
  return interval && interval.every((end) => Number.isFinite(end)) ? [interval[0], interval[1]] : null;
}

/** Scaled by the range of the pool's models and its front, which the point itself is no part of. */
function distanceToFront(
  point: { readonly costUsd: number; readonly avgAcc: number },
  { modelPoints, frontier }: Pick<Report, "modelPoints" | "frontier">,
): number {
  if (frontier.length === 0 || !Number.isFinite(point.costUsd) || !Number.isFinite(point.avgAcc)) return NaN;
  const models = modelPoints.flatMap(({ costUsd, avgAcc }) =>
    costUsd === null || avgAcc === null ? [] : [{ costUsd, avgAcc }],
  );
  return paretoDistances([point], [...models, ...frontier])[0] ?? NaN;
}

/** Top-level fields first, then those of `extra_fields`; camel case or snake case. */
function callOf(extra: string): Call {
  const record = extra === "" ? {} : (JSON.parse(extra) as Readonly<Record<string, unknown>>);
  const fields = { ...Object(record["extra_fields"]), ...record } as Readonly<Record<string, unknown>>;
  const textOf = (...names: string[]): string => {
    const value = names.map((name) => fields[name]).find((candidate) => typeof candidate === "string");
    return typeof value === "string" ? value : "";
  };
  const moment = textOf("askedAt", "asked_at", "date");
  return {
    requestedModel: textOf("requestedModel", "requested_model"),
    servedModel: textOf("servedModel", "served_model"),
    day: /^\d{4}-\d{2}-\d{2}/.test(moment) ? moment.slice(0, 10) : "",
  };
}

function distinct(names: readonly string[]): string[] {
  return [...new Set(names.filter((name) => name !== ""))].toSorted();
}

/** Most often first; nothing when no record says who answered. */
function sharesOf(names: readonly string[]): { model: string; share: number }[] {
  return distinct(names)
    .map((model) => ({ model, share: names.filter((name) => name === model).length / names.length }))
    .toSorted((a, b) => b.share - a.share);
}
