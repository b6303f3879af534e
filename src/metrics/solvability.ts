/**
 * Solvability by data set: the shares of prompts that all present models get right, that none does, and the rest. Only
 * the rest can be routed. All prompts enter every metric all the same. NaN for a data set without rows. Spec §4.4.
 */
import { defineBreakdown } from "../core/metric.ts";
import type { OutcomeTable } from "../core/outcome-table.ts";
import { accuracyByDataset } from "./accuracy.ts";
import { presentColumns } from "./baselines.ts";
import { solverCounts } from "./complementarity.ts";

export interface Solvability {
  readonly allCorrect: number;
  readonly allWrong: number;
  readonly mixed: number;
}

/** [datasets] by data set number. */
export function solvabilityByDataset(table: OutcomeTable): Solvability[] {
  const counts = solverCounts(table);
  const shareWhere = (matches: (k: number, i: number) => boolean): Float64Array =>
    accuracyByDataset(
      Float64Array.from(counts, (k, i) => Number(matches(k, i))),
      table.datasetOf,
      table.datasets.length,
    );
  const allWrong = shareWhere((k) => k === 0);
  const allCorrect = shareWhere((k, i) => k > 0 && k === presentColumns(table, i).length);
  return table.datasets.map((_, d) => ({
    allCorrect: allCorrect[d]!,
    allWrong: allWrong[d]!,
    mixed: 1 - allCorrect[d]! - allWrong[d]!,
  }));
}

export const solvability = defineBreakdown({
  name: "solvability",
  title: "Solvability",
  summary: "Shares of prompts that all models get right, that none does, and that are worth routing.",
  formula: "prompts with k = |M|, k = 0, and 0 < k < |M| correct models / prompts",
  source: "LLMRouterBench, arXiv 2601.07206",
  family: "pool",
  unit: "fraction",
  better: "neither",

  compute: ({ test }) => solvabilityByDataset(test.table),
});
