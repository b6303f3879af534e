/**
 * Linear probe: one logistic (or ridge) regression per model on the frozen embedding.
 *
 *   z_j = w_jᵀ(q − μ) + b_j; loss = mean over observed pairs of BCE(z, y) + ½·l2·Σ‖w_j‖², y ∈ [0, 1]
 * With a fixed pool, several of the published neural routers are this model under a rank or norm constraint, so it is
 * the yardstick each has to beat. Too little regularisation costs up to 7 points, which is why l2 is searched.
 * The mean is folded into the bias: z = W·q + (b − W·μ).
 *
 * Cost: fit O(n·d·m) an evaluation, some 15 of them; decide O(d·m).
 */
import { z } from "zod";
import { estimateAt } from "../core/fitted-router.ts";
import { defineRouter } from "../core/router.ts";
import type { EstimateTable, TrainTable } from "../core/router.ts";
import { row, withRow } from "../math/matrix.ts";
import type { Matrix32 } from "../math/matrix.ts";
import { asRow } from "./as-row.ts";
import { joiningProbe, joiningRidge, knownMean, withValue } from "./joining.ts";
import { meanCostUsd, meanScore, sameForAll } from "./mean-outcome.ts";
import { fitProbe, fitRidgeProbe, probeShape, probeValues, sigmoid } from "./probe.ts";
import type { Probe } from "./probe.ts";

const options = z.strictObject({
  objective: z
    .enum(["logistic", "ridge"])
    .default("logistic")
    .describe("Cross-entropy on soft targets, or squared error"),
  l2: z.number().positive().default(3e-3).describe("Penalty of the logistic objective"),
  lambda: z.number().positive().default(10).describe("Penalty of the ridge objective"),
  balance: z
    .enum(["none", "dataset", "rare"])
    .default("none")
    .describe("Weigh prompts so that each data set counts the same, or so that those few models solve count more"),
  rareWeight: z.number().positive().default(3).describe("Weight of a prompt that one to three models solve (rare)"),
});

type Options = z.infer<typeof options>;

export interface LinearState extends Probe {
  readonly costUsd: Float64Array;
  readonly objective: Options["objective"];
}

/** What loading checks of a state. */
export const linearShape = {
  ...probeShape,
  costUsd: "f64[m]",
  objective: z.enum(["logistic", "ridge"]),
} as const;

export const linear = defineRouter<Options, LinearState>({
  name: "linear",
  summary: "One logistic regression per model on the query's embedding.",
  source: "signalbox; the common core of EmbedLLM-MF, RouteLLM-MF and others",
  needs: { embeddings: true, text: false, cost: false },
  qualityKind: "probability",
  options,
  search: ({ objective }) =>
    objective === "ridge" ? { lambda: [100, 30, 10, 3, 1] } : { l2: [3e-2, 1e-2, 3e-3, 1e-3, 3e-4, 1e-4] },
  presets: {
    ridge: { objective: "ridge" },
    "carrot-linear": { objective: "logistic" },
    "rare-expert": { balance: "rare" },
  },

  stateShape: linearShape,

  fit(train, chosen, context) {
    const probe =
      chosen.objective === "ridge"
        ? fitRidgeProbe(train, train.score, chosen.lambda, context)
        : fitProbe(train, train.score, { l2: chosen.l2, rowWeights: rowWeights(train, chosen) }, context);
    const known = meanScore(train);
    return {
      weights: probe.weights,
      // A model never observed is unknown, not even odds.
      bias: probe.bias.map((b, j) => (Number.isNaN(known[j]!) ? NaN : b)),
      costUsd: meanCostUsd(train),
      objective: chosen.objective,
    };
  },

  dropsModels: "exact",

  addModel(state, joining, { objective, l2, lambda }, context) {
    const { weights, bias } =
      objective === "ridge" ? joiningRidge(joining, lambda) : joiningProbe(state, joining, l2, context);
    return {
      ...state,
      weights: withRow(state.weights, weights),
      bias: withValue(state.bias, bias),
      costUsd: withValue(state.costUsd, knownMean(joining.costUsd)),
    };
  },

  estimate: (state, { embedding }) => estimateAt(predict(state, asRow(embedding)), 0),

  estimateMany: predict,
});

function rowWeights(train: TrainTable, { balance, rareWeight }: Options): Float64Array | undefined {
  if (balance === "none") return undefined;
  return balance === "dataset" ? balancedWeights(train) : rareWeights(train, rareWeight);
}

/** [n] weights with mean 1: `weight` times as much for a prompt that one to three models, and not all, solve. */
function rareWeights({ score }: TrainTable, weight: number): Float64Array {
  const raw = Float64Array.from({ length: score.rows }, (_, i) => {
    const known = row(score, i).filter((value) => !Number.isNaN(value));
    const solved = known.filter((value) => value > 0.5).length;
    return solved >= 1 && solved <= 3 && solved < known.length ? weight : 1;
  });
  const mean = raw.reduce((sum, value) => sum + value, 0) / raw.length;
  return raw.map((value) => value / mean);
}

/** [n] weights with mean 1 that give every data set the same total. */
function balancedWeights(train: TrainTable): Float64Array {
  const size = new Int32Array(train.datasets);
  for (const d of train.datasetOf) size[d]! += 1;
  const present = size.reduce((count, s) => count + (s > 0 ? 1 : 0), 0);
  const n = train.datasetOf.length;
  return Float64Array.from(train.datasetOf, (d) => n / (present * size[d]!));
}

function predict(state: LinearState, queries: Matrix32): EstimateTable {
  const value = probeValues(state, queries);
  const costUsd = sameForAll(state.costUsd, queries.rows);
  return { quality: state.objective === "logistic" ? sigmoid(value) : value, costUsd };
}
