/**
 * IRT: multidimensional item response theory. A query has a difficulty and asks for abilities to differing degrees; a
 * model has abilities.
 *
 *   P(model j is right on q) = σ(Σ_k softplus(w_kᵀq + w₀ₖ)·θ_jk − b(q)),  b(q) = vᵀq + v₀
 * The degrees are positive, so more ability never hurts, which is what lets θ be read. The paper maps a description of
 * the model to θ; with a fixed pool each θ_j is a parameter of its own. Trained by AdamW on the mean cross-entropy over
 * observed pairs; the length of training is chosen on validation. A model that joins later gets a θ fitted to its labels.
 *
 * Source: Song et al., "IRT-Router: Effective and Interpretable Multi-LLM Routing via Item Response Theory", ACL 2025,
 * arXiv 2506.01048 (its MIRT). Left out: the mixing of cold prompts with their neighbours.
 * Cost: an epoch O(n·k·(d + m)), decide O(k·(d + m)).
 */
import { z } from "zod";
import { estimateAt } from "../core/fitted-router.ts";
import { defineRouter } from "../core/router.ts";
import type { EstimateTable, FitContext, JoiningModel, TrainTable } from "../core/router.ts";
import { toSlopes } from "../math/cross-entropy.ts";
import { dots } from "../math/dots.ts";
import { uniformWeights } from "../math/initial-weights.ts";
import type { Matrix, Matrix32 } from "../math/matrix.ts";
import { matrix, matrix32, selectRows, withRow } from "../math/matrix.ts";
import { transposed } from "../math/transposed.ts";
import { asRow } from "./as-row.ts";
import { joiningVector } from "./joining-vector.ts";
import { knownMean, scoredRows, withValue } from "./joining.ts";
import { meanCostUsd, meanScore, sameForAll } from "./mean-outcome.ts";
import { probeValues, sigmoid } from "./probe.ts";
import type { Probe } from "./probe.ts";
import { adamRun, inTableOrder, trainingBatches } from "./training-batches.ts";
import type { TrainingBatches } from "./training-batches.ts";
import { trainFor } from "./training-run.ts";
import type { TrainingRun } from "./training-run.ts";

const options = z.strictObject({
  abilities: z.int().positive().default(25).describe("How many abilities are told apart"),
  epochs: z.int().positive().default(20).describe("Passes over the training prompts"),
  weightDecay: z.number().nonnegative().default(0.1).describe("AdamW's decay"),
  learningRate: z.number().positive().default(3e-3).describe("AdamW's step"),
  batch: z.int().positive().default(64).describe("Prompts a step, each with all its models; fewer in small tables"),
});

type Options = z.infer<typeof options>;

export interface IrtState {
  /** [k, d] and [k], the training mean folded in: what a query asks of each ability, before softplus */
  readonly demand: Probe;
  /** [1, d] and [1], likewise */
  readonly difficulty: Probe;
  /** θ [m, k] */
  readonly ability: Matrix32;
  /** [m] 1 = seen in training */
  readonly known: Uint8Array;
  readonly costUsd: Float64Array;
}

export const irt = defineRouter<Options, IrtState>({
  name: "irt",
  summary: "Item response theory: a query's difficulty and demands against each model's abilities.",
  source: 'Song et al., "IRT-Router", ACL 2025, arXiv 2506.01048',
  needs: { embeddings: true, text: false, cost: false },
  qualityKind: "probability",
  options,
  search: { weightDecay: [0.3, 0.1], epochs: [20, 40] },

  stateShape: {
    demand: { weights: "f32[k, d]", bias: "f64[k]" },
    difficulty: { weights: "f32[1, d]", bias: "f64[1]" },
    ability: "f32[m, k]",
    known: "u8[m]",
    costUsd: "f64[m]",
  },

  fit(train, chosen, context) {
    const { epochs, ...rest } = chosen;
    return trainFor(context, `irt ${JSON.stringify(rest)}`, epochs, () => startRun(train, chosen, context));
  },

  dropsModels: "approximate",

  addModel: (state, joining, _options, context) => join(state, joining, context),

  estimate: (state, { embedding }) => estimateAt(predict(state, asRow(embedding)), 0),

  estimateMany: predict,
});

function predict(state: IrtState, queries: Matrix32): EstimateTable {
  const logits = irtLogits(probeValues(state.demand, queries), probeValues(state.difficulty, queries), state.ability);
  for (let cell = 0; cell < logits.data.length; cell++) {
    // A model never observed is unknown, not even odds.
    if (state.known[cell % logits.cols] === 0) logits.data[cell] = NaN;
  }
  return { quality: sigmoid(logits), costUsd: sameForAll(state.costUsd, queries.rows) };
}

/** The newcomer's abilities alone are fitted, against demands and difficulties as they were. */
function join(state: IrtState, joining: JoiningModel, { signal }: FitContext): IrtState {
  const rows = scoredRows(joining);
  const prompts = selectRows(joining.embeddings, rows);
  const demand = probeValues(state.demand, prompts);
  const ability = joiningVector({
    features: { ...demand, data: demand.data.map(softplus) },
    offset: probeValues(state.difficulty, prompts).data.map((value) => -value),
    score: Float64Array.from(rows, (i) => joining.score[i]!),
    vectors: selectRows(
      state.ability,
      [...state.known.keys()].filter((j) => state.known[j] === 1),
    ),
    signal,
  });
  return {
    demand: state.demand,
    difficulty: state.difficulty,
    ability: withRow(state.ability, ability),
    known: Uint8Array.from([...state.known, 1]),
    costUsd: withValue(state.costUsd, knownMean(joining.costUsd)),
  };
}

/** Logits of every model from what is read off the queries: [n, k] before softplus and [n, 1]. [n, m] */
export function irtLogits(demand: Matrix, difficulty: Matrix, ability: Matrix32): Matrix {
  const { data } = dots({ ...demand, data: Float32Array.from(demand.data, softplus) }, ability);
  const out = matrix(demand.rows, ability.rows);
  for (let cell = 0; cell < data.length; cell++) {
    out.data[cell] = data[cell]! - difficulty.data[Math.floor(cell / ability.rows)]!;
  }
  return out;
}

function softplus(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}

/** What training changes. */
export interface IrtWeights {
  /** [k + 1, d], the difficulty's row last */
  readonly query: Matrix32;
  /** [k + 1] */
  readonly queryBias: Float32Array;
  /** [m, k] */
  readonly ability: Matrix32;
}

function startRun(train: TrainTable, chosen: Options, context: FitContext): TrainingRun<IrtState> {
  const data = trainingBatches(train, { size: chosen.batch }, context);
  const k = chosen.abilities;
  const d = train.embeddings.cols;
  const start = context.random("irt", "start", k);
  const weights: IrtWeights = {
    query: uniformWeights(k + 1, d, d, start),
    queryBias: uniformWeights(1, k + 1, d, start).data,
    ability: uniformWeights(data.columns.length, k, k, start),
  };
  const steps = {
    parameters: [weights.query.data, weights.queryBias, weights.ability.data],
    slopes: (batch: number) => irtSlopes(weights, data, batch),
    snapshot: () => finished(weights, data, train),
  };
  return adamRun(data, steps, { ...chosen, decoupled: true }, context.random("irt", "order"));
}

/** Slopes of the loss on one batch: query weights and bias, abilities. */
export function irtSlopes(
  { query, queryBias, ability }: IrtWeights,
  data: Pick<TrainingBatches, "batches" | "targets" | "observed">,
  batch: number,
): Float32Array[] {
  const k = ability.cols;
  const read = data.batches.products(batch, query);
  const size = read.cols;
  for (let p = 0; p < read.data.length; p++) read.data[p]! += queryBias[Math.floor(p / size)]!;
  const demand: Matrix32 = { rows: k, cols: size, data: read.data.subarray(0, k * size).map(softplus) };
  const logits = dots(ability, transposed(demand));
  for (let p = 0; p < logits.data.length; p++) logits.data[p]! -= read.data[k * size + (p % size)]!;
  const none = new Float32Array(ability.rows);
  toSlopes(logits, none, data.targets[batch]!, 1 / Math.max(1, data.observed[batch]!));
  const ofDemand = dots(transposed(ability), transposed(logits));
  const ofRead = matrix32(k + 1, size);
  for (let p = 0; p < k * size; p++) ofRead.data[p] = ofDemand.data[p]! / (1 + Math.exp(-read.data[p]!));
  for (let p = 0; p < logits.data.length; p++) ofRead.data[k * size + (p % size)]! -= logits.data[p]!;
  const ofBias = new Float32Array(k + 1);
  for (let p = 0; p < ofRead.data.length; p++) ofBias[Math.floor(p / size)]! += ofRead.data[p]!;
  return [data.batches.sums(batch, ofRead).data, ofBias, dots(logits, demand).data];
}

function finished({ query, queryBias, ability }: IrtWeights, data: TrainingBatches, train: TrainTable): IrtState {
  const k = ability.cols;
  const d = query.cols;
  const shift = dots(asRow(data.mean), query).data;
  const bias = Float64Array.from(queryBias, (value, c) => value - shift[c]!);
  return {
    demand: { weights: { rows: k, cols: d, data: query.data.slice(0, k * d) }, bias: bias.slice(0, k) },
    difficulty: { weights: { rows: 1, cols: d, data: query.data.slice(k * d) }, bias: bias.slice(k) },
    ability: inTableOrder(ability, data.columns),
    known: Uint8Array.from(meanScore(train), (score) => (Number.isNaN(score) ? 0 : 1)),
    costUsd: meanCostUsd(train),
  };
}
