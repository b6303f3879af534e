/** Priciest: always the model with the highest mean cost on the training rows: "just take the big one". */
import { z } from "zod";
import { defineRouter } from "../core/router.ts";
import { meanCostUsd } from "./mean-outcome.ts";

export const priciest = defineRouter({
  name: "priciest",
  summary: "Always the model with the highest mean cost on the training part.",
  source: "LLMRouter, ulab-uiuc (largest LLM)",
  needs: { embeddings: false, text: false, cost: true },
  qualityKind: "rank",
  options: z.strictObject({}),

  stateShape: { quality: "f64[m]", costUsd: "f64[m]" },

  fit(train) {
    const costUsd = meanCostUsd(train);
    return { quality: costUsd, costUsd };
  },

  estimate: ({ quality, costUsd }) => ({ quality, costUsd }),
});
