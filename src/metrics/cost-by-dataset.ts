/** Cost per data set in USD: the sum over its test prompts, by data set number. The router's own spend is not split. §5.11. */
import { defineBreakdown } from "../core/metric.ts";
import { sumByDataset } from "./accuracy.ts";

export const costByDataset = defineBreakdown({
  name: "cost-by-dataset",
  title: "Cost by data set",
  summary: "Calls billed on each data set.",
  formula: "Σ cost over the test prompts of the data set",
  source: "LLMRouterBench, arXiv 2601.07206, Table 10",
  family: "replay",
  unit: "USD",
  better: "lower",
  needsCost: true,

  compute: ({ replay, test }): Float64Array => {
    if (!test.hasCost) return new Float64Array(test.datasets).fill(NaN);
    return sumByDataset(replay.costUsd, test.table.datasetOf, test.datasets);
  },
});
