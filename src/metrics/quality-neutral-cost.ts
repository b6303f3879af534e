/**
 * QNC: the smallest relative cost at which the deferral curve reaches the accuracy of the most accurate single model.
 * 1 = as dear as the dearest model; Infinity when it never gets there. NaN without a cost axis. Spec §6.
 */
import { defineMetric } from "../core/metric.ts";
import { firstReach } from "../math/hull.ts";
import { range } from "./cost-plane.ts";
import { deferralCurve } from "./deferral-curve.ts";

export const qualityNeutralCost = defineMetric({
  name: "quality-neutral-cost",
  title: "QNC",
  summary: "Relative cost at which the router is as accurate as the most accurate single model.",
  formula: "min{cost / cost of the dearest model : accuracy ≥ best single accuracy}",
  source: "UniRoute, arXiv 2502.08773",
  family: "sweep",
  unit: "ratio",
  better: "lower",
  needsCost: true,

  compute(input) {
    const curve = deferralCurve(input);
    return curve.length === 0 ? NaN : firstReach(curve, range(input.pool.map(({ avgAcc }) => avgAcc)).high);
  },
});
