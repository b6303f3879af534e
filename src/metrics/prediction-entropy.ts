/**
 * E_p: the mean over prompts of the entropy, in bits, of the selection probabilities (softmax of predicted scores).
 * 0 = always certain, log2 |M| = never. NaN without prompts. RouterEval. Spec §6.
 */
import { defineMetric } from "../core/metric.ts";
import { row } from "../math/matrix.ts";
import { mean } from "../math/stats.ts";
import { entropyBits } from "./entropy.ts";

export const predictionEntropy = defineMetric({
  name: "prediction-entropy",
  title: "E_p",
  summary: "Mean uncertainty of the selection; 0 = always certain.",
  formula: "mean over prompts of −Σ p · log2 p over models",
  source: "RouterEval, arXiv 2503.10657",
  family: "selection",
  unit: "bits",
  better: "neither",

  compute: ({ probability }) =>
    mean(Array.from({ length: probability.rows }, (_, i) => entropyBits(row(probability, i)))),
});
