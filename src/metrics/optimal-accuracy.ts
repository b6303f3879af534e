/** Opt.Acc: Σ router score / Σ Oracle score over the prompts somebody solves. NaN when nothing is solvable. Spec §6. */
import { defineMetric } from "../core/metric.ts";
import { sum } from "../math/stats.ts";
import { ratio } from "./relative-gain.ts";
import { solvableRows } from "./solvable-rows.ts";

export const optimalAccuracy = defineMetric({
  name: "optimal-accuracy",
  title: "Opt.Acc",
  summary: "Share of the Oracle's score that the router reaches on solvable prompts.",
  formula: "Σ score / Σ Oracle score over solvable prompts",
  source: "RouterArena, arXiv 2510.00202",
  family: "replay",
  unit: "fraction",
  better: "higher",

  compute({ replay, oracle, test }) {
    const rows = solvableRows(test);
    return ratio(sum(rows.map((i) => replay.score[i]!)), sum(rows.map((i) => oracle.score[i]!)));
  },
});
