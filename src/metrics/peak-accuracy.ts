/** Peak: the highest AvgAcc of any configuration, read off the test curve: selection on test, so only a "peak". Spec §6. */
import { defineMetric } from "../core/metric.ts";
import { range } from "./cost-plane.ts";

export const peakAccuracy = defineMetric({
  name: "peak-accuracy",
  title: "Peak AvgAcc",
  summary: "Highest AvgAcc of any configuration on the test part; selected on test.",
  formula: "max over configurations of AvgAcc",
  source: "UniRoute, arXiv 2502.08773",
  family: "sweep",
  unit: "fraction",
  better: "higher",

  compute: ({ points }) => range(points.map(({ avgAcc }) => avgAcc)).high,
});
