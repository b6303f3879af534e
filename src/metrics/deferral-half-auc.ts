/** Area under the deferral curve up to half the cost of the dearest model, times 2: a mean accuracy again. Spec §6. */
import { defineMetric } from "../core/metric.ts";
import { deferralArea } from "./deferral-curve.ts";

export const deferralHalfAuc = defineMetric({
  name: "deferral-half-auc",
  title: "Deferral AUC, lower half",
  summary: "Mean accuracy for costs up to half the dearest model's.",
  formula: "2 × area under accuracy over relative cost, from 0 to ½",
  source: "UniRoute, arXiv 2502.08773",
  family: "sweep",
  unit: "fraction",
  better: "higher",
  needsCost: true,

  compute: (input) => deferralArea(input, 0.5),
});
