/**
 * APGR: the area under PGR over the share of strong calls, 0 … 1, by trapezoids. 0.5 is a coin, above 1 is possible when
 * routing beats the strong model. Flat beyond the first and last share given. NaN unless strong > weak. Spec §6.
 */
import { defineMetric } from "../core/metric.ts";
import { areaUnder } from "../math/hull.ts";
import { recoveryCurve } from "./performance-gap-recovered.ts";

export const apgr = defineMetric({
  name: "apgr",
  title: "APGR",
  summary: "Mean share of the weak-to-strong gap recovered, over all shares of strong calls.",
  formula: "∫ (acc − acc_weak) / (acc_strong − acc_weak) over the share of strong calls",
  source: "RouteLLM, arXiv 2406.18665",
  family: "pair",
  unit: "fraction",
  better: "higher",

  compute: (input) => areaUnder(recoveryCurve(input), 0, 1),
});
