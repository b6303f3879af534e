/**
 * OracleGap: how far AvgAcc stays below the Oracle's, a ratio of means (Table 7 of the draft; Gap@O is another thing).
 *   OracleGap(a) = 1 − AvgAcc(a) / AvgAcc(Oracle),   0 = as good as the Oracle
 * NaN when the Oracle scores 0: nothing was solvable, so no router can be judged. Spec §5.3.
 */
import { defineMetric } from "../core/metric.ts";
import { relativeGain } from "./relative-gain.ts";

export const oracleGap = defineMetric({
  name: "oracle-gap",
  title: "OracleGap",
  summary: "Relative shortfall of AvgAcc from the Oracle.",
  formula: "1 − AvgAcc / AvgAcc(Oracle)",
  source: "LLMRouterBench, arXiv 2601.07206, Table 7 of the draft",
  family: "replay",
  unit: "ratio",
  better: "lower",

  compute: ({ replay, oracle, test }) => -relativeGain(test, replay, oracle),
});
