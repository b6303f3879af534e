/**
 * Baselines as replays: what a model, a list of choices, chance, the Oracle and the Dataset Oracle make of a table.
 * Spec §2.5 (missing cells), §5.2, §5.4, §5.6, §5.7. Every aggregate is computed like a router that picks those cells.
 *
 * Cells: a scored one counts as recorded; a failed one scores 0 at its recorded cost; a missing (or never scored) one
 * scores 0. A cost that was not recorded is the model's mean over that data set's other answered prompts: 0 where it answered
 * none, NaN where it answered and no cost is known.
 */
import type { Replay } from "../core/metric.ts";
import { cellStatus, unknownCosts } from "../core/outcome-table.ts";
import type { OutcomeTable } from "../core/outcome-table.ts";
import { sum } from "../math/stats.ts";
import { accuracyByDataset, avgAcc, sumByDataset } from "./accuracy.ts";

/** Always the same model. */
export function replayColumn(table: OutcomeTable, column: number): Replay {
  return replayChoices(table, new Int32Array(table.datasetOf.length).fill(column));
}

/** The given column per row [n]; −1 = nobody could be asked, which scores 0, costs nothing and counts as missing. */
export function replayChoices(table: OutcomeTable, chosen: Int32Array): Replay {
  const n = table.datasetOf.length;
  const m = table.models.length;
  const score = new Float64Array(n);
  const costUsd = new Float64Array(n);
  const billed = billedCost(table);
  let missingPicks = 0;
  let failedPicks = 0;
  for (let i = 0; i < n; i++) {
    const column = chosen[i]!;
    if (column < 0) {
      missingPicks++;
      continue;
    }
    const cell = i * m + column;
    const status = table.status[cell];
    if (status === cellStatus.failed) failedPicks++;
    else if (status === cellStatus.scored) score[i] = table.score.data[cell]!;
    else missingPicks++;
    costUsd[i] = billed(i, column);
  }
  return { chosen, score, costUsd, missingPicks, failedPicks };
}

/**
 * The expectation of a uniform draw among the models present, exact: per row the mean score and the mean cost of the
 * models that have a record. A row without any record scores 0 and counts as missing.
 */
export function replayExpectedRandom(table: OutcomeTable): Replay {
  const n = table.datasetOf.length;
  const score = new Float64Array(n);
  const costUsd = new Float64Array(n);
  const billed = billedCost(table);
  let missingPicks = 0;
  for (let i = 0; i < n; i++) {
    const present = presentColumns(table, i);
    if (present.length === 0) missingPicks++;
    else {
      score[i] = sum(present.map((j) => scoreAt(table, i, j))) / present.length;
      costUsd[i] = sum(present.map((j) => billed(i, j))) / present.length;
    }
  }
  return { chosen: new Int32Array(n).fill(-1), score, costUsd, missingPicks, failedPicks: 0 };
}

/** Sampling variance of one uniform draw per row: of its AvgAcc, and of its total cost in USD². */
export function randomDrawVariance(table: OutcomeTable): { readonly avgAcc: number; readonly totalCostUsd: number } {
  const datasets = table.datasets.length;
  const scoreVariance = new Float64Array(table.datasetOf.length);
  const costVariance = new Float64Array(table.datasetOf.length);
  const billed = billedCost(table);
  for (let i = 0; i < scoreVariance.length; i++) {
    const present = presentColumns(table, i);
    scoreVariance[i] = populationVariance(present.map((j) => scoreAt(table, i, j)));
    costVariance[i] = populationVariance(present.map((j) => billed(i, j)));
  }
  const count = sumByDataset(new Float64Array(scoreVariance.length).fill(1), table.datasetOf, datasets);
  const perDataset = accuracyByDataset(scoreVariance, table.datasetOf, datasets);
  const terms = [...perDataset.keys()].filter((d) => count[d]! > 0).map((d) => perDataset[d]! / count[d]!);
  return { avgAcc: sum(terms) / terms.length ** 2, totalCostUsd: sum(costVariance) };
}

/**
 * The Oracle (§5.6): per row the highest score; among equals the cheapest; then the lower model id. A failed cell is
 * chosen only when every record of the row failed, so a row nobody solves pays the cheapest answer that was given.
 * With `lambda` it takes the highest score − λ·USD instead, which draws the per-prompt frontier (Infinity = cheapest).
 */
export function replayOracle(table: OutcomeTable, { lambda = 0 }: { readonly lambda?: number } = {}): Replay {
  const chosen = new Int32Array(table.datasetOf.length);
  for (let i = 0; i < chosen.length; i++) {
    const present = presentColumns(table, i);
    const answered = present.filter((j) => table.status[i * table.models.length + j] !== cellStatus.failed);
    chosen[i] = firstBy(answered.length > 0 ? answered : present, table, (j) => ({
      value: utility(scoreAt(table, i, j), costAt(table, i, j), lambda),
      costUsd: costAt(table, i, j),
    }));
  }
  return replayChoices(table, chosen);
}

/**
 * The Dataset Oracle (§5.7, "Max Expert"): per data set the one model with the highest accuracy there; ties to the
 * cheaper, then to the lower model id. It knows the data set of a query, not the query.
 */
export function replayDatasetOracle(table: OutcomeTable): Replay {
  const byColumn = columnsByDataset(table);
  const expert = table.datasets.map((_, d) =>
    firstBy(
      byColumn.filter(({ covered }) => covered[d]! > 0).map(({ column }) => column),
      table,
      (j) => ({ value: byColumn[j]!.accuracy[d]!, costUsd: byColumn[j]!.costUsd[d]! }),
    ),
  );
  return replayChoices(
    table,
    table.datasetOf.map((d) => expert[d]!),
  );
}

/**
 * The column with the highest AvgAcc on these rows (§5.2); ties to the lower total cost, then to the lower model id.
 * Hand in TRAINING rows for a fair baseline. A model without an answer or failure in some data set is not eligible;
 * undefined when none is.
 */
export function bestSingleColumn(table: OutcomeTable): number | undefined {
  const rows = sumByDataset(new Float64Array(table.datasetOf.length).fill(1), table.datasetOf, table.datasets.length);
  const byColumn = columnsByDataset(table);
  const eligible = byColumn.filter(({ covered }) => rows.every((count, d) => count === 0 || covered[d]! > 0));
  const best = firstBy(
    eligible.map(({ column }) => column),
    table,
    (j) => ({ value: byColumn[j]!.avgAcc, costUsd: sum(byColumn[j]!.costUsd) }),
  );
  return best < 0 ? undefined : best;
}

interface ColumnByDataset {
  readonly column: number;
  readonly avgAcc: number;
  /** [datasets] realised accuracy, NaN for a data set without a row */
  readonly accuracy: Float64Array;
  /** [datasets] */
  readonly costUsd: Float64Array;
  /** [datasets] number of recorded cells */
  readonly covered: Float64Array;
}

function columnsByDataset(table: OutcomeTable): ColumnByDataset[] {
  const datasets = table.datasets.length;
  const m = table.models.length;
  return table.models.map((_, column) => {
    const { score, costUsd } = replayColumn(table, column);
    const recorded = score.map((_, i) => (isPresent(table.status[i * m + column]) ? 1 : 0));
    return {
      column,
      avgAcc: avgAcc(score, table.datasetOf, datasets),
      accuracy: accuracyByDataset(score, table.datasetOf, datasets),
      costUsd: sumByDataset(costUsd, table.datasetOf, datasets),
      covered: sumByDataset(recorded, table.datasetOf, datasets),
    };
  });
}

/** Columns of row i that have a record: scored or failed. */
export function presentColumns(table: OutcomeTable, i: number): number[] {
  const m = table.models.length;
  const columns: number[] = [];
  for (let j = 0; j < m; j++) if (isPresent(table.status[i * m + j])) columns.push(j);
  return columns;
}

function isPresent(status: number | undefined): boolean {
  return status === cellStatus.scored || status === cellStatus.failed;
}

/** Highest value, then lowest cost (unknown last), then lowest model id by code unit; −1 of no columns. */
function firstBy(
  columns: readonly number[],
  table: OutcomeTable,
  rank: (column: number) => { readonly value: number; readonly costUsd: number },
): number {
  let winner = -1;
  let best = { value: NaN, costUsd: NaN };
  for (const column of columns) {
    const rival = rank(column);
    if (winner < 0 || precedes(rival, best, table.models[column]!.id < table.models[winner]!.id)) {
      winner = column;
      best = rival;
    }
  }
  return winner;
}

type Rank = { readonly value: number; readonly costUsd: number };

function precedes(a: Rank, b: Rank, lowerName: boolean): boolean {
  if (a.value !== b.value) return a.value > b.value;
  const costA = Number.isNaN(a.costUsd) ? Infinity : a.costUsd;
  const costB = Number.isNaN(b.costUsd) ? Infinity : b.costUsd;
  return costA === costB ? lowerName : costA < costB;
}

function utility(score: number, costUsd: number, lambda: number): number {
  if (lambda === 0) return score;
  if (Number.isNaN(costUsd)) return -Infinity;
  return lambda === Infinity ? -costUsd : score - lambda * costUsd;
}

function scoreAt(table: OutcomeTable, i: number, j: number): number {
  const cell = i * table.models.length + j;
  return table.status[cell] === cellStatus.scored ? table.score.data[cell]! : 0;
}

function costAt(table: OutcomeTable, i: number, j: number): number {
  return table.costUsd.data[i * table.models.length + j]!;
}

function populationVariance(values: readonly number[]): number {
  if (values.length === 0) return 0;
  const centre = sum(values) / values.length;
  return sum(values.map((value) => (value - centre) ** 2)) / values.length;
}

/** The cost of row i's cell: as recorded, else the mean, which is computed at the first cell without: most tables have none. */
function billedCost(table: OutcomeTable): (i: number, column: number) => number {
  let means: Float64Array | undefined;
  const m = table.models.length;
  return (i, column) => {
    const recorded = costAt(table, i, column);
    return Number.isNaN(recorded) ? (means ??= meanCosts(table))[table.datasetOf[i]! * m + column]! : recorded;
  };
}

/** [datasets · m] of a model's answered cells: 0 where it has none, NaN where it has and no cost is known. A failed call teaches no price. */
function meanCosts(table: OutcomeTable): Float64Array {
  const m = table.models.length;
  const total = new Float64Array(table.datasets.length * m);
  const count = new Int32Array(total.length);
  for (const { dataset, model } of unknownCosts(table)) total[dataset * m + model] = NaN;
  for (let cell = 0; cell < table.status.length; cell++) {
    const cost = table.costUsd.data[cell]!;
    if (table.status[cell] === cellStatus.failed || Number.isNaN(cost)) continue;
    const at = table.datasetOf[Math.floor(cell / m)]! * m + (cell % m);
    total[at]! += cost;
    count[at]! += 1;
  }
  return total.map((value, at) => (count[at]! > 0 ? value / count[at]! : value));
}
