/**
 * Best single: always the one model with the highest AvgAcc on the training rows.
 * The line that many published routers do not reach. Its λ sweep is the zero-information frontier:
 * the best constant model for each price of quality. A model that joins later counts with what it scores at least, with
 * 95 % confidence, on the prompts it was tried on (joining.ts).
 */
import { z } from "zod";
import { unknownName } from "../core/near-names.ts";
import { defineRouter } from "../core/router.ts";
import type { TrainTable } from "../core/router.ts";
import { cautiousMean, knownMean, requireScores, withValue } from "./joining.ts";
import { meanCostUsd, trainAvgAcc } from "./mean-outcome.ts";

export const bestSingle = defineRouter({
  name: "best-single",
  summary: "Always the model with the best average accuracy on the training part.",
  source: "LLMRouterBench, arXiv 2601.07206",
  constant: true,
  options: z.strictObject({
    model: z.string().optional().describe("Always this model, instead of the best on the training part"),
  }),

  stateShape: { quality: "f64[m]", costUsd: "f64[m]" },

  fit: (train, { model }) => ({ quality: worthOf(train, model), costUsd: meanCostUsd(train) }),

  dropsModels: "exact",

  // All traffic goes to one model, so a newcomer has to be better beyond doubt, and not lucky on a few prompts.
  addModel(state, joining, { model }) {
    requireScores(joining);
    const barred = model !== undefined && model !== joining.model.id;
    return {
      quality: withValue(state.quality, barred ? -Infinity : cautiousMean(joining.score, state.quality)),
      costUsd: withValue(state.costUsd, knownMean(joining.costUsd)),
    };
  },

  estimate: ({ quality, costUsd }) => ({ quality, costUsd }),
});

/** [m] train AvgAcc; with a model named, that model alone may be chosen. */
function worthOf(train: TrainTable, model: string | undefined): Float64Array {
  const accuracy = trainAvgAcc(train);
  if (model === undefined) return accuracy;
  const ids = train.models.map(({ id }) => id);
  if (!ids.includes(model)) throw unknownName("model", model, ids);
  return accuracy.map((value, j) => (ids[j] === model ? value : -Infinity));
}
