/** Domain leaders: the best three models of every data set (the paper's Figure 8). Ties to the lower model id. Spec §5.9. */
import { defineBreakdown } from "../core/metric.ts";
import { domainLeaders } from "./complementarity.ts";

export const leadersByDataset = defineBreakdown({
  name: "domain-leaders",
  title: "Domain leaders",
  summary: "The three most accurate models of each data set.",
  formula: "top three models by accuracy on the data set",
  source: "LLMRouterBench, arXiv 2601.07206, Figure 8",
  family: "pool",
  unit: "fraction",
  better: "higher",

  compute: ({ test }) => domainLeaders(test.table),
});
