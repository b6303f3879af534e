/**
 * RouteLLM's matrix factorisation: the chance that the strong model beats the weak one on a prompt.
 *
 *   winrate(q) = σ(vᵀ(q − μ) + b); loss = mean over prompts both answered of BCE(z, y) + ½·l2·‖v‖²; quality_weak = 1 − winrate
 * y is 1 where the strong model scored more, 0 where the weak one did; a tie is half a win. The published method drops
 * ties, and so never learns where the weak model suffices: that costs a tenth of the area under the curve. With two
 * models its three tables are one vector, v = w ⊙ (p̂_strong − p̂_weak): the preset `reference` trains them as published
 * (routellm-tables.ts), without intercept, at the fixed threshold ½.
 *
 * Source: Ong et al., "RouteLLM: Learning to Route LLMs with Preference Data", ICLR 2025, arXiv 2406.18665.
 * Cost: fit as the linear probe for one model, decide O(d).
 */
import { z } from "zod";
import { estimateAt } from "../core/fitted-router.ts";
import { defineRouter } from "../core/router.ts";
import type { EstimateTable, FitContext, TrainTable } from "../core/router.ts";
import { fitLogistic } from "../math/logistic.ts";
import { matrix, matrix32 } from "../math/matrix.ts";
import type { Matrix, Matrix32 } from "../math/matrix.ts";
import { asRow } from "./as-row.ts";
import {
  choosePair,
  fixedThreshold,
  pairEstimates,
  pairOptions,
  pairPenalties,
  pairShape,
  strongWins,
  thresholdOption,
} from "./pair.ts";
import type { PairState } from "./pair.ts";
import { fitProbe, probeValues, sigmoid } from "./probe.ts";
import type { Probe } from "./probe.ts";
import { trainTables } from "./routellm-tables.ts";

const options = z.strictObject({
  ...pairOptions,
  ...thresholdOption,
  ties: z
    .enum(["half", "weak", "drop"])
    .default("half")
    .describe("A tie is half a win of the strong model, a win of the weak one, or left out"),
  intercept: z.boolean().default(true).describe("Centre the prompts and learn a constant; off as in the reference"),
  training: z
    .enum(["convex", "tables"])
    .default("convex")
    .describe("One vector by convex optimisation, or the three published tables by Adam (without intercept)"),
  l2: z.number().positive().default(1e-2).describe("Penalty of the vector (convex)"),
  epochs: z.int().positive().default(30).describe("Passes over the battles (tables)"),
});

type Options = z.infer<typeof options>;

export interface RouteLlmMfState extends Probe, PairState {}

/** What loading checks of the state. */
export const pairHeadShape = { ...pairShape, weights: "f32[1, d]", bias: "f64[1]" } as const;

export const routeLlmMf = defineRouter<Options, RouteLlmMfState>({
  name: "routellm-mf",
  summary: "Asks the strong model where it is likely enough to beat the weak one: RouteLLM's matrix factorisation.",
  source: 'Ong et al., "RouteLLM", ICLR 2025, arXiv 2406.18665',
  needs: { embeddings: true, text: false, cost: true },
  qualityKind: "probability",
  options,
  search: ({ training }) => (training === "tables" ? {} : { l2: pairPenalties }),
  presets: {
    reference: { ties: "drop", intercept: false, training: "tables", epochs: 30, threshold: 0.5 },
    "ties-weak": { ties: "weak" },
  },
  operatingPolicy: "threshold",
  fixedPolicy: fixedThreshold,

  stateShape: pairHeadShape,

  fit(train, { ties, ...chosen }, context) {
    const pair = choosePair(train, chosen);
    return { ...pair, ...fitHead(train, strongWins(train, pair, ties), chosen, context) };
  },

  estimate: (state, { embedding }) => estimateAt(predict(state, asRow(embedding)), 0),

  estimateMany: predict,
});

function fitHead(
  train: TrainTable,
  wins: Matrix,
  { training, intercept, l2, epochs }: Pick<Options, "training" | "intercept" | "l2" | "epochs">,
  context: FitContext,
): Probe {
  if (training === "tables") {
    const vector = trainTables(train.embeddings, wins.data, epochs, context);
    return { weights: { rows: 1, cols: vector.length, data: vector }, bias: new Float64Array(1) };
  }
  return intercept ? fitProbe(train, wins, { l2 }, context) : fitThroughOrigin(train.embeddings, wins, l2, context);
}

/** Logistic regression without intercept: with every row there a second time, mirrored, the best constant is 0. */
function fitThroughOrigin(x: Matrix32, wins: Matrix, l2: number, { signal }: FitContext): Probe {
  const n = x.rows;
  const both = matrix32(2 * n, x.cols);
  both.data.set(x.data);
  both.data.set(
    x.data.map((value) => -value),
    x.data.length,
  );
  const targets = matrix(2 * n, 1);
  for (let i = 0; i < n; i++) {
    targets.data[i] = wins.data[i]!;
    targets.data[n + i] = 1 - wins.data[i]!;
  }
  const { weights } = fitLogistic(both, targets, { l2, ...(signal && { signal }) });
  return { weights, bias: new Float64Array(1) };
}

function predict(state: RouteLlmMfState, queries: Matrix32): EstimateTable {
  const winrate = sigmoid(probeValues(state, queries)).data;
  return pairEstimates(
    state,
    winrate.map((chance) => 1 - chance),
  );
}
