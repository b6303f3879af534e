/**
 * Complementarity of a pool, from the correctness matrix (correct = score ≥ 0.5). Spec §5.9.
 * Missing, unscored and failed cells are not correct.
 */
import type { OutcomeTable } from "../core/outcome-table.ts";
import { accuracyByDataset } from "./accuracy.ts";
import { replayColumn } from "./baselines.ts";
import { coverage, coveredAccuracies } from "./coverage.ts";
import { coverageValue, scoreColumns } from "./pool-columns.ts";

/** From this score on an answer counts as correct. Only counts use it; averages use the score itself. */
export const correctFrom = 0.5;

/** [n] how many models of the pool are right on each row. */
export function solverCounts(table: OutcomeTable): Int32Array {
  const m = table.models.length;
  const counts = new Int32Array(table.datasetOf.length);
  for (let cell = 0; cell < table.score.data.length; cell++) {
    if (table.score.data[cell]! >= correctFrom) counts[Math.floor(cell / m)]! += 1;
  }
  return counts;
}

/** [m] prompts that only this model gets right. */
export function uniqueSolves(table: OutcomeTable): Int32Array {
  const m = table.models.length;
  const unique = new Int32Array(m);
  solverCounts(table).forEach((count, i) => {
    if (count !== 1) return;
    for (let j = 0; j < m; j++) if (table.score.data[i * m + j]! >= correctFrom) unique[j]! += 1;
  });
  return unique;
}

export interface PairGain {
  /** columns, a < b */
  readonly a: number;
  readonly b: number;
  /** AvgAcc of the Oracle over the two − the higher of their AvgAcc */
  readonly gain: number;
  /** share of prompts where exactly one of the two is right */
  readonly disagreement: number;
}

/** Every pair of the pool, by columns: (0,1), (0,2), …, (1,2), … */
export function pairGains(table: OutcomeTable): PairGain[] {
  const { columns, weights } = scoreColumns(table);
  const alone = columns.map((column) => coverageValue(column, column, weights));
  return columns.flatMap((first, a) =>
    columns.slice(a + 1).map((second, offset) => {
      const b = a + 1 + offset;
      return {
        a,
        b,
        gain: coverageValue(first, second, weights) - Math.max(alone[a]!, alone[b]!),
        disagreement: disagreement(first, second),
      };
    }),
  );
}

export interface DomainLeaders {
  readonly dataset: number;
  /** best first; ties to the lower model id */
  readonly leaders: readonly { readonly column: number; readonly accuracy: number }[];
}

/** The best `count` models of every data set that has rows, of those that were run there (the paper's Figure 8 shows three). */
export function domainLeaders(table: OutcomeTable, count = 3): DomainLeaders[] {
  const run = coverage(table);
  const byModel = table.models.map((model, column) => ({
    column,
    id: model.id,
    accuracy: coveredAccuracies(
      accuracyByDataset(replayColumn(table, column).score, table.datasetOf, table.datasets.length),
      run,
      column,
    ),
  }));
  return table.datasets.flatMap((_, dataset) => {
    const ranked = byModel
      .map(({ column, id, accuracy }) => ({ column, id, accuracy: accuracy[dataset]! }))
      .filter(({ accuracy }) => !Number.isNaN(accuracy))
      .toSorted((x, y) => y.accuracy - x.accuracy || (x.id < y.id ? -1 : 1))
      .slice(0, count);
    return ranked.length === 0
      ? []
      : [{ dataset, leaders: ranked.map(({ column, accuracy }) => ({ column, accuracy })) }];
  });
}

function disagreement(first: Float64Array, second: Float64Array): number {
  let differing = 0;
  for (let i = 0; i < first.length; i++) {
    if (first[i]! >= correctFrom !== second[i]! >= correctFrom) differing++;
  }
  return differing / first.length;
}
