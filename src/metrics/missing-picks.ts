/** Picks of a model that has no record for the prompt: scored 0, charged the model's mean cost there. Spec §2.5. */
import { defineMetric } from "../core/metric.ts";

export const missingPicks = defineMetric({
  name: "missing-picks",
  title: "Missing picks",
  summary: "Test prompts sent to a model that has no record for them.",
  formula: "number of prompts whose picked cell is missing",
  source: "signalbox",
  family: "replay",
  unit: "count",
  better: "lower",

  compute: ({ replay }) => replay.missingPicks,
});
