/**
 * Recall@K of a router that ranks the pool: of the prompts somebody gets right (score ≥ 0.5), the share whose first K
 * models hold a correct one. Recall@1 is its accuracy on solvable prompts. NaN when nothing is solvable. Spec §5.10.
 */
import { defineMetric } from "../core/metric.ts";
import type { Metric, RankingInput } from "../core/metric.ts";
import { correctFrom, solverCounts } from "./complementarity.ts";

/** Share of solvable prompts with a correct model among the first `first` of the ranking. */
export function recallAt({ test: { table }, ranking }: RankingInput, first: number): number {
  const m = table.models.length;
  let solvable = 0;
  let found = 0;
  solverCounts(table).forEach((k, i) => {
    if (k === 0) return;
    solvable++;
    const asked = ranking.subarray(i * m, i * m + Math.min(first, m));
    if (asked.some((column) => table.score.data[i * m + column]! >= correctFrom)) found++;
  });
  return solvable === 0 ? NaN : found / solvable;
}

function defineRecallAt(first: number): Metric<"ranking"> {
  return defineMetric({
    name: `recall-at-${first}`,
    title: `Recall@${first}`,
    summary: `Share of solvable prompts with a correct model among the first ${first} of the ranking.`,
    formula: `solvable prompts with a correct model in the first ${first} / solvable prompts`,
    source: "LLMRouterBench, arXiv 2601.07206",
    family: "ranking",
    unit: "fraction",
    better: "higher",

    compute: (input) => recallAt(input, first),
  });
}

export const recallAt1 = defineRecallAt(1);
export const recallAt2 = defineRecallAt(2);
export const recallAt3 = defineRecallAt(3);
