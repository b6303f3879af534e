/** Share of test prompts sent to the most asked model; 1 = one model in disguise. NaN for a lottery. Spec of routers §9 no. 12. */
import { defineMetric } from "../core/metric.ts";
import { answeredBy, majority, selectionShare } from "./selection-share.ts";

export const majorityShare = defineMetric({
  name: "majority-share",
  title: "Largest share",
  summary: "Share of test prompts sent to the most asked model.",
  formula: "max over models of prompts sent to it / prompts",
  source: "signalbox",
  family: "replay",
  unit: "fraction",
  better: "neither",

  compute: ({ replay, test }) => majority(selectionShare(answeredBy(replay), test.table.models.length)).share,
});
