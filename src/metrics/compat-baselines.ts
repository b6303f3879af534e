/**
 * The baselines as the reference implementation computes them, for runs that must reproduce its numbers. Never the
 * default: each rule here has a known flaw. Spec §5.4, §5.6, §5.7; `baselines/aggregators.py` of LLMRouterBench.
 */
import type { Replay } from "../core/metric.ts";
import { cellStatus } from "../core/outcome-table.ts";
import type { OutcomeTable } from "../core/outcome-table.ts";
import { mersenneTwister } from "../math/mersenne-twister.ts";
import { sum } from "../math/stats.ts";
import { replayChoices } from "./baselines.ts";

/**
 * One draw per row with Python's generator: rows in table order, candidates in column order, models without a record
 * left out. The reference draws with 42 whatever the split seed.
 */
export function replayRandomCompat(table: OutcomeTable, seed = 42): Replay {
  const generator = mersenneTwister(seed);
  const chosen = Int32Array.from(table.datasetOf, (_, i) => {
    const candidates = recordedColumns(table, i);
    return candidates.length === 0 ? -1 : generator.choice(candidates);
  });
  return replayChoices(table, chosen);
}

/**
 * A row counts as solved, with the full point, when any score is above 0, and pays the cheapest such model; an unsolved
 * row pays the cheapest record, a failed (free) call included. Ties go to the first column. On half points this Oracle
 * is both too good and too cheap: what it buys is worth less than it counts.
 */
export function replayOracleCompat(table: OutcomeTable): Replay {
  const m = table.models.length;
  const cost = (i: number, j: number): number => table.costUsd.data[i * m + j]!;
  const chosen = Int32Array.from(table.datasetOf, (_, i) => {
    const recorded = recordedColumns(table, i);
    const solving = recorded.filter((j) => table.score.data[i * m + j]! > 0);
    return firstLeast(solving.length > 0 ? solving : recorded, (j) => cost(i, j));
  });
  const replay = replayChoices(table, chosen);
  return { ...replay, score: replay.score.map((value) => (value > 0 ? 1 : 0)) };
}

/** Per data set the model with the highest mean score over its records; ties go to the first column, whatever it costs. */
export function replayDatasetOracleCompat(table: OutcomeTable): Replay {
  const m = table.models.length;
  const expert = table.datasets.map((_, d) => {
    const rows = [...table.datasetOf.keys()].filter((i) => table.datasetOf[i] === d);
    const meanScore = (j: number): number => {
      const scores = rows.map((i) => table.score.data[i * m + j]!).filter((score) => !Number.isNaN(score));
      return scores.length === 0 ? -Infinity : sum(scores) / scores.length;
    };
    const means = table.models.map((_model, j) => meanScore(j));
    return firstLeast([...means.keys()], (j) => -means[j]!);
  });
  return replayChoices(
    table,
    table.datasetOf.map((d) => expert[d]!),
  );
}

function recordedColumns(table: OutcomeTable, i: number): number[] {
  const m = table.models.length;
  return table.models.map((_, j) => j).filter((j) => table.status[i * m + j] !== cellStatus.missing);
}

/** The first column of least value, unknown last; −1 of none. */
function firstLeast(columns: readonly number[], valueOf: (column: number) => number): number {
  let winner = columns[0] ?? -1;
  for (const column of columns) if (valueOf(column) < valueOf(winner) || isBetterKnown(column, winner)) winner = column;
  return winner;

  function isBetterKnown(column: number, rival: number): boolean {
    return Number.isNaN(valueOf(rival)) && !Number.isNaN(valueOf(column));
  }
}
