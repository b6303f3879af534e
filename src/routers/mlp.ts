/**
 * MLP: one hidden layer on the query's embedding, one output per model.
 *
 *   h = max(0, W₁·(q − μ) + b₁), z = W₂·h + b₂; loss = mean over observed pairs of BCE(z, y), y ∈ [0, 1]
 * The only parametric router here that is not linear in the embedding. Trained by AdamW, a share of the hidden units
 * dropped at every step and the rest scaled up; the length of training and the decay are chosen on validation.
 *
 * Source: LLMRouter (github.com/ulab-uiuc/LLMRouter) has layers of 128 and 64 that predict the best model's index;
 * RouterBench (Hu et al., 2024, arXiv 2403.12031) regressors of 3 × 100 a model. Ours is one network on all scores.
 * Cost: an epoch O(n·d·h), decide O(h·(d + m)).
 */
import { z } from "zod";
import { estimateAt } from "../core/fitted-router.ts";
import { defineRouter } from "../core/router.ts";
import type { EstimateTable, FitContext, TrainTable } from "../core/router.ts";
import { toSlopes } from "../math/cross-entropy.ts";
import { dots } from "../math/dots.ts";
import { uniformWeights } from "../math/initial-weights.ts";
import type { Matrix32 } from "../math/matrix.ts";
import type { Random } from "../math/random.ts";
import { transposed } from "../math/transposed.ts";
import { asRow } from "./as-row.ts";
import { meanCostUsd, meanScore, sameForAll } from "./mean-outcome.ts";
import { probeValues, sigmoid } from "./probe.ts";
import type { Probe } from "./probe.ts";
import { adamRun, inTableOrder, trainingBatches } from "./training-batches.ts";
import type { TrainingBatches } from "./training-batches.ts";
import { trainFor } from "./training-run.ts";
import type { TrainingRun } from "./training-run.ts";

const options = z.strictObject({
  hidden: z.int().positive().default(128).describe("Units of the hidden layer"),
  epochs: z.int().positive().default(20).describe("Passes over the training prompts"),
  dropout: z.number().min(0).lt(1).default(0.1).describe("Share of hidden units left out at each step"),
  weightDecay: z.number().nonnegative().default(1).describe("AdamW's decay"),
  learningRate: z.number().positive().default(1e-3).describe("AdamW's step"),
  batch: z.int().positive().default(64).describe("Prompts a step, each with all its models; fewer in small tables"),
});

type Options = z.infer<typeof options>;

/** Two layers, the training mean folded into the inner bias. */
export interface MlpState {
  /** [h, d] and [h] */
  readonly inner: Probe;
  /** [m, h] and [m] */
  readonly outer: Probe;
  readonly costUsd: Float64Array;
}

export const mlp = defineRouter<Options, MlpState>({
  name: "mlp",
  summary: "One hidden layer on the query's embedding, one chance per model.",
  source: "signalbox; after LLMRouter's and RouterBench's networks",
  needs: { embeddings: true, text: false, cost: false },
  qualityKind: "probability",
  options,
  search: { weightDecay: [1, 0.3], epochs: [10, 20, 40] },

  stateShape: {
    inner: { weights: "f32[h, d]", bias: "f64[h]" },
    outer: { weights: "f32[m, h]", bias: "f64[m]" },
    costUsd: "f64[m]",
  },

  fit(train, chosen, context) {
    const { epochs, ...rest } = chosen;
    return trainFor(context, `mlp ${JSON.stringify(rest)}`, epochs, () => startRun(train, chosen, context));
  },

  estimate: (state, { embedding }) => estimateAt(predict(state, asRow(embedding)), 0),

  estimateMany: predict,
});

function predict({ inner, outer, costUsd }: MlpState, queries: Matrix32): EstimateTable {
  const { rows, cols, data } = probeValues(inner, queries);
  const hidden = { rows, cols, data: Float32Array.from(data, (value) => Math.max(0, value)) };
  return { quality: sigmoid(probeValues(outer, hidden)), costUsd: sameForAll(costUsd, rows) };
}

/** What training changes. */
export interface MlpWeights {
  /** [h, d] */
  readonly inner: Matrix32;
  /** [h] */
  readonly innerBias: Float32Array;
  /** [m, h] */
  readonly outer: Matrix32;
  /** [m] */
  readonly outerBias: Float32Array;
}

function startRun(train: TrainTable, chosen: Options, context: FitContext): TrainingRun<MlpState> {
  const data = trainingBatches(train, { size: chosen.batch }, context);
  const { hidden, dropout } = chosen;
  const d = train.embeddings.cols;
  const m = data.columns.length;
  const start = context.random("mlp", "start", hidden);
  const weights: MlpWeights = {
    inner: uniformWeights(hidden, d, d, start),
    innerBias: uniformWeights(1, hidden, d, start).data,
    outer: uniformWeights(m, hidden, hidden, start),
    outerBias: uniformWeights(1, m, hidden, start).data,
  };
  const drop = dropout > 0 ? { share: dropout, random: context.random("mlp", "dropout", hidden) } : undefined;
  const steps = {
    parameters: [weights.inner.data, weights.innerBias, weights.outer.data, weights.outerBias],
    slopes: (batch: number) => mlpSlopes(weights, data, batch, drop),
    snapshot: () => finished(weights, data, train),
  };
  return adamRun(data, steps, { ...chosen, decoupled: true }, context.random("mlp", "order"));
}

export interface Dropout {
  readonly share: number;
  readonly random: Random;
}

/** Slopes of the loss on one batch: inner weights and bias, outer weights and bias. */
export function mlpSlopes(
  { inner, innerBias, outer, outerBias }: MlpWeights,
  data: Pick<TrainingBatches, "batches" | "targets" | "observed">,
  batch: number,
  dropout?: Dropout,
): Float32Array[] {
  const hidden = data.batches.products(batch, inner);
  activate(hidden, innerBias, dropout);
  const logits = dots(outer, transposed(hidden));
  const ofOuterBias = toSlopes(logits, outerBias, data.targets[batch]!, 1 / Math.max(1, data.observed[batch]!));
  const ofHidden = dots(transposed(outer), transposed(logits));
  const ofInnerBias = leadBack(ofHidden, hidden, dropout);
  return [data.batches.sums(batch, ofHidden).data, ofInnerBias, dots(logits, hidden).data, ofOuterBias];
}

/** Adds the bias of each row [h, B], cuts at 0, and drops units, in place. */
function activate(hidden: Matrix32, bias: Float32Array, dropout: Dropout | undefined): void {
  const { data, cols } = hidden;
  const scale = 1 / (1 - (dropout?.share ?? 0));
  for (let p = 0; p < data.length; p++) {
    const kept = !dropout || dropout.random.uniform() >= dropout.share;
    data[p] = kept ? Math.max(0, data[p]! + bias[Math.floor(p / cols)]!) * scale : 0;
  }
}

/** Slopes of the hidden units led back through cut and dropping, in place; gives the slope of each row's bias. */
function leadBack(slopes: Matrix32, hidden: Matrix32, dropout: Dropout | undefined): Float32Array {
  const { rows, cols, data } = slopes;
  const scale = 1 / (1 - (dropout?.share ?? 0));
  const ofBias = new Float32Array(rows);
  for (let p = 0; p < data.length; p++) {
    const slope = hidden.data[p]! > 0 ? data[p]! * scale : 0;
    data[p] = slope;
    ofBias[Math.floor(p / cols)]! += slope;
  }
  return ofBias;
}

function finished(weights: MlpWeights, { columns, mean }: TrainingBatches, train: TrainTable): MlpState {
  const known = meanScore(train);
  const shift = dots(asRow(mean), weights.inner).data;
  const outerBias = new Float64Array(columns.length);
  // A model never observed is unknown, not even odds.
  columns.forEach((column, j) => (outerBias[column] = Number.isNaN(known[column]!) ? NaN : weights.outerBias[j]!));
  return {
    inner: {
      weights: { ...weights.inner, data: weights.inner.data.slice() },
      bias: Float64Array.from(weights.innerBias, (bias, h) => bias - shift[h]!),
    },
    outer: { weights: inTableOrder(weights.outer, columns), bias: outerBias },
    costUsd: meanCostUsd(train),
  };
}
