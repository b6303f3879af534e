/** Picks whose recorded call failed: scored 0 at the recorded cost. Spec §2.3. */
import { defineMetric } from "../core/metric.ts";

export const failedPicks = defineMetric({
  name: "failed-picks",
  title: "Failed picks",
  summary: "Test prompts sent to a model whose call had failed.",
  formula: "number of prompts whose picked cell failed",
  source: "signalbox",
  family: "replay",
  unit: "count",
  better: "lower",

  compute: ({ replay }) => replay.failedPicks,
});
