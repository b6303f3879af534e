/**
 * Opt.Sel: of the prompts somebody solves, the share where the router is right (score ≥ 0.5) and chose the Oracle's
 * model, i.e. the cheapest of the best. NaN when nothing is solvable, or for a lottery. Spec §6.
 */
import { defineMetric } from "../core/metric.ts";
import { ratio } from "./relative-gain.ts";
import { rightRows, solvableRows } from "./solvable-rows.ts";

export const optimalSelection = defineMetric({
  name: "optimal-selection",
  title: "Opt.Sel",
  summary: "Share of solvable prompts answered rightly by the Oracle's own choice.",
  formula: "right prompts with the Oracle's model / solvable prompts",
  source: "RouterArena, arXiv 2510.00202",
  family: "replay",
  unit: "fraction",
  better: "higher",
  needsCost: true,

  compute({ replay, oracle, test }) {
    const solvable = solvableRows(test);
    const optimal = rightRows(replay, solvable)?.filter((i) => replay.chosen[i] === oracle.chosen[i]);
    return optimal ? ratio(optimal.length, solvable.length) : NaN;
  },
});
