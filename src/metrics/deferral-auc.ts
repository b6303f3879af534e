/**
 * Area under the deferral curve: mean accuracy for costs from 0 to that of the dearest model. Linear between
 * configurations nothing dominates, flat beyond both ends. NaN without configurations or a cost axis. Spec §6.
 */
import { defineMetric } from "../core/metric.ts";
import { deferralArea } from "./deferral-curve.ts";

export const deferralAuc = defineMetric({
  name: "deferral-auc",
  title: "Deferral AUC",
  summary: "Mean accuracy for costs from nothing to the dearest model's.",
  formula: "area under accuracy over cost / cost of the dearest model, from 0 to 1",
  source: "UniRoute, arXiv 2502.08773",
  family: "sweep",
  unit: "fraction",
  better: "higher",
  needsCost: true,

  compute: (input) => deferralArea(input, 1),
});
