/** Cheapest: always the model with the lowest mean cost on the training rows; unpriced models come last. */
import { z } from "zod";
import { defineRouter } from "../core/router.ts";
import { meanCostUsd } from "./mean-outcome.ts";

export const cheapest = defineRouter({
  name: "cheapest",
  summary: "Always the model with the lowest mean cost on the training part.",
  source: "LLMRouter, ulab-uiuc (smallest LLM)",
  needs: { embeddings: false, text: false, cost: true },
  qualityKind: "rank",
  options: z.strictObject({}),

  stateShape: { quality: "f64[m]", costUsd: "f64[m]" },

  fit(train) {
    const costUsd = meanCostUsd(train);
    return { quality: costUsd.map((cost) => -cost), costUsd };
  },

  estimate: ({ quality, costUsd }) => ({ quality, costUsd }),
});
