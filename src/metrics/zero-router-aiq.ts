/**
 * AIQ of the zero router: the hull of the single models, i.e. mixing them blindly. A router earns its keep only above
 * it. Over the same cost range as `aiq`. NaN when all models cost the same. Spec §6.
 */
import { defineMetric } from "../core/metric.ts";
import { averageQuality, poolCostRange } from "./aiq.ts";

export const zeroRouterAiq = defineMetric({
  name: "zero-router-aiq",
  title: "AIQ of the zero router",
  summary: "Mean accuracy over the cost range of a blind mix of single models.",
  formula: "area under the convex hull of the single models / cost range",
  source: "RouterBench, arXiv 2403.12031",
  family: "sweep",
  unit: "fraction",
  better: "neither",
  needsCost: true,

  compute: ({ pool }) => averageQuality(pool, poolCostRange(pool)),
});
