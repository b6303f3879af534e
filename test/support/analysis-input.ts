/** What an analysis is given in tests: two seeds, two tiny encoders, few resamples. */
import type { OutcomeTable } from "../../src/core/outcome-table.ts";
import type { AnalysisInput } from "../../src/experiment/analyses/analysis.ts";

export function analysisInput(table: OutcomeTable, routers: readonly string[]): AnalysisInput {
  const ngram = (dimensions: number) => ({ kind: "ngram", options: { dimensions } }) as const;
  return {
    table,
    name: "odd",
    seeds: [1, 2],
    split: { mode: "native", trainRatio: 0.7, ood: [] },
    routers,
    encoders: [
      { name: "ngram", choice: ngram(8) },
      { name: "smaller", choice: ngram(4) },
    ],
    randomPools: 2,
    latencyWeight: 0.1,
    draws: 100,
  };
}
