/**
 * CostSave: what a method saves while being at least as accurate as the best single model.
 *   CostSave = 1 − ( min cost among configurations with AvgAcc ≥ AvgAcc(B) ) / cost(B)
 * A fraction; negative when it is as accurate but dearer. NaN when no configuration is as accurate, when B is free, or
 * without a cost axis. No interpolation between configurations. Spec §5.5.
 */
import { defineMetric } from "../core/metric.ts";
import { ratio } from "./relative-gain.ts";

/** An accuracy this close to the baseline's equals it: means over seeds are summed in different orders. */
const tolerance = 1e-12;

export const costSave = defineMetric({
  name: "cost-save",
  title: "CostSave",
  summary:
    "Saving of the cheapest configuration that is as accurate as the best single model. Reports name the configuration on validation, and give its difference in AvgAcc with an interval.",
  formula: "1 − min{cost : AvgAcc ≥ AvgAcc(Best Single)} / cost(Best Single)",
  source: "LLMRouterBench, arXiv 2601.07206",
  family: "sweep",
  unit: "fraction",
  better: "higher",
  needsCost: true,

  compute({ points, bestSingle }) {
    const asGood = points.filter(({ avgAcc }) => avgAcc >= bestSingle.avgAcc - tolerance);
    if (asGood.length === 0) return NaN;
    return 1 - ratio(Math.min(...asGood.map(({ costUsd }) => costUsd)), bestSingle.costUsd);
  },
});
