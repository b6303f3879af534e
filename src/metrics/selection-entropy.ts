/**
 * Entropy, in bits, of the shares of test prompts sent to each model: 0 = always the same one, log2 |M| = evenly spread.
 * NaN for a lottery, whose choices are not counted.
 */
import { defineMetric } from "../core/metric.ts";
import { entropyBits } from "./entropy.ts";
import { answeredBy, selectionShare } from "./selection-share.ts";

export const selectionEntropy = defineMetric({
  name: "selection-entropy",
  title: "Selection entropy",
  summary: "How evenly the router spreads prompts over models; 0 = always the same model.",
  formula: "−Σ share · log2 share over models",
  source: "signalbox",
  family: "replay",
  unit: "bits",
  better: "neither",

  compute: ({ replay, test }) => entropyBits(selectionShare(answeredBy(replay), test.table.models.length)),
});
