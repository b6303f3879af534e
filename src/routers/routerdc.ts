/**
 * RouterDC: a vector for the query and one for each model, good models near the queries they answer, and queries of one
 * cluster near each other.
 *
 *   h = T(q − μ) + t₀, x_j = cos(h, k_j)/τ + b_j; loss = mean over prompts of the two contrasts in contrast.ts
 * Frozen-encoder variant: the paper tunes the encoder itself. The intercepts b_j are ours: without them cosines have no
 * way to say that one model is simply better, and the reference ends below the best single model. Which of equally good
 * models count as the best three is drawn anew at every step. The contrast of queries weighs a tenth, not one: at one,
 * long training lost accuracy on validation. A missing pair is neither near nor far. What comes out is no chance of a
 * right answer: policies that need one read it through a map fitted on validation.
 *
 * Source: Chen et al., "RouterDC: Query-Based Router by Dual Contrastive Learning", NeurIPS 2024, arXiv 2409.19886.
 * Cost: an epoch O(n·w·(d + m)), decide O(w·(d + m)).
 */
import { z } from "zod";
import { estimateAt } from "../core/fitted-router.ts";
import { defineRouter } from "../core/router.ts";
import type { EstimateTable, FitContext, JoiningModel, TrainTable } from "../core/router.ts";
import { dots } from "../math/dots.ts";
import { normalWeights, uniformWeights } from "../math/initial-weights.ts";
import { matrix, matrix32, row, selectColumns, selectRows, withRow } from "../math/matrix.ts";
import type { FloatArray, Matrix, Matrix32 } from "../math/matrix.ts";
import { permutation } from "../math/random.ts";
import { transposed } from "../math/transposed.ts";
import { clustering } from "./cluster-state.ts";
import { asRow } from "./as-row.ts";
import { contrastOdds } from "./contrast-odds.ts";
import type { ContrastOdds } from "./contrast-odds.ts";
import { drawPartners, modelLosses, promptLosses, ranked } from "./contrast.ts";
import { joiningVectorAndBias } from "./joining-vector.ts";
import { knownMean, scoredRows, withValue } from "./joining.ts";
import { meanCostUsd, meanScore, sameForAll } from "./mean-outcome.ts";
import { probeValues } from "./probe.ts";
import type { Probe } from "./probe.ts";
import { adamRun, inTableOrder, trainingBatches } from "./training-batches.ts";
import type { TrainingBatches } from "./training-batches.ts";
import { trainFor } from "./training-run.ts";
import type { TrainingRun } from "./training-run.ts";

const options = z.strictObject({
  dimensions: z.int().positive().default(128).describe("Length of the vectors of queries and models"),
  temperature: z.number().positive().default(1).describe("What cosines are divided by"),
  intercept: z.boolean().default(true).describe("A constant for each model (the reference has none)"),
  topK: z.int().positive().default(3).describe("How many of a prompt's best models are pulled near"),
  lastK: z.int().positive().default(3).describe("How many of its worst are pushed away"),
  groupWeight: z.number().nonnegative().default(0.1).describe("Weight of keeping prompts of one cluster together"),
  clusters: z.int().positive().default(8).describe("How many clusters of prompts that looks at"),
  negatives: z.int().positive().default(3).describe("How many prompts of other clusters each is held against"),
  epochs: z.int().positive().default(40).describe("Passes over the training prompts"),
  weightDecay: z.number().nonnegative().default(0.1).describe("AdamW's decay"),
  learningRate: z.number().positive().default(1e-3).describe("AdamW's step"),
  batch: z.int().positive().default(128).describe("Prompts a step, each with all its models; fewer in small tables"),
});

type Options = z.infer<typeof options>;

export interface RouterDcState {
  /** T [w, d] and t₀ [w], the training mean folded in */
  readonly project: Probe;
  /** [m, w] unit length */
  readonly keys: Matrix32;
  /** [m] NaN for a model never observed */
  readonly bias: Float64Array;
  readonly temperature: number;
  readonly costUsd: Float64Array;
  /** What x amounts to: what a model that joins is fitted against. */
  readonly odds: ContrastOdds;
}

export const routerDc = defineRouter<Options, RouterDcState>({
  name: "routerdc",
  summary: "Vectors of queries and models, trained so that good models lie near the queries they answer.",
  source: 'Chen et al., "RouterDC", NeurIPS 2024, arXiv 2409.19886',
  needs: { embeddings: true, text: false, cost: false },
  qualityKind: "utility",
  calibrate: true,
  options,
  search: { epochs: [20, 40, 80] },
  presets: {
    reference: { intercept: false, groupWeight: 0, batch: 64, weightDecay: 0.01 },
    paper: { intercept: false, groupWeight: 1, batch: 16, weightDecay: 0.01 },
  },

  stateShape: {
    project: { weights: "f32[w, d]", bias: "f64[w]" },
    keys: "f32[m, w]",
    bias: "f64[m]",
    temperature: z.number(),
    costUsd: "f64[m]",
    odds: { slope: z.number(), ease: "f64[w]", offset: z.number() },
  },

  fit(train, chosen, context) {
    const { epochs, ...rest } = chosen;
    return trainFor(context, `routerdc ${JSON.stringify(rest)}`, epochs, () => startRun(train, chosen, context));
  },

  dropsModels: "approximate",

  addModel: (state, joining, _options, context) => join(state, joining, context),

  estimate: (state, { embedding }) => estimateAt(predict(state, asRow(embedding)), 0),

  estimateMany: predict,
});

function predict(state: RouterDcState, queries: Matrix32): EstimateTable {
  const quality = nearnessOf(state, unitRows(probeValues(state.project, queries)).units);
  return { quality, costUsd: sameForAll(state.costUsd, queries.rows) };
}

/** x [n, m] from h/‖h‖ [n, w]. */
function nearnessOf(
  { keys, bias, temperature }: Pick<RouterDcState, "keys" | "bias" | "temperature">,
  units: Matrix32,
): Matrix {
  const { data, rows, cols } = dots(units, keys);
  const out = matrix(rows, cols);
  for (let cell = 0; cell < data.length; cell++) out.data[cell] = data[cell]! / temperature + bias[cell % cols]!;
  return out;
}

/**
 * The newcomer's key and intercept alone are fitted, so that odds read off its x are those of its labels. Its key is
 * shorter than the others' where the labels leave it uncertain.
 */
function join(state: RouterDcState, joining: JoiningModel, { signal }: FitContext): RouterDcState {
  const rows = scoredRows(joining);
  const { slope, ease, offset } = state.odds;
  const read = unitRows(probeValues(state.project, selectRows(joining.embeddings, rows))).units;
  const known = [...state.bias.keys()].filter((j) => !Number.isNaN(state.bias[j]!));
  const { vector, bias } = joiningVectorAndBias(
    {
      features: { ...read, data: read.data.map((value) => (slope * value) / state.temperature) },
      offset: Float64Array.from(rows, (_, i) => row(read, i).reduce((sum, value, c) => sum + value * ease[c]!, offset)),
      score: Float64Array.from(rows, (i) => joining.score[i]!),
      vectors: selectRows(state.keys, known),
      signal,
    },
    Float64Array.from(known, (j) => slope * state.bias[j]!),
  );
  return {
    ...state,
    keys: withRow(state.keys, vector),
    bias: withValue(state.bias, bias / slope),
    costUsd: withValue(state.costUsd, knownMean(joining.costUsd)),
  };
}

/** Rows of unit length and the lengths they had. A row of zeros stays one. */
function unitRows(m: Matrix<FloatArray>): { units: Matrix32; lengths: Float64Array } {
  const units = matrix32(m.rows, m.cols);
  const lengths = new Float64Array(m.rows);
  for (let i = 0; i < m.rows; i++) {
    let square = 0;
    for (let p = i * m.cols; p < (i + 1) * m.cols; p++) square += m.data[p]! ** 2;
    lengths[i] = Math.max(Math.sqrt(square), 1e-8);
    for (let p = i * m.cols; p < (i + 1) * m.cols; p++) units.data[p] = m.data[p]! / lengths[i]!;
  }
  return { units, lengths };
}

/** Turns slopes by unit rows into slopes by the rows they came from, in place. */
function leadBack(slopes: Matrix32, units: Matrix32, lengths: Float64Array): Matrix32 {
  for (let i = 0; i < slopes.rows; i++) {
    const slope = row(slopes, i);
    const unit = row(units, i);
    const along = slope.reduce((sum, value, p) => sum + value * unit[p]!, 0);
    for (let p = 0; p < slope.length; p++) slope[p] = (slope[p]! - along * unit[p]!) / lengths[i]!;
  }
  return slopes;
}

/** What training changes. */
export interface RouterDcWeights {
  /** T [w, d] */
  readonly project: Matrix32;
  /** t₀ [w] */
  readonly offset: Float32Array;
  /** [m, w] */
  readonly keys: Matrix32;
  /** [m] */
  readonly bias: Float32Array;
}

/** What is drawn for one step: the observed models of each prompt from best to worst, and the prompts it is held against. */
export interface Draws {
  readonly orders: readonly (readonly number[])[];
  readonly partners: readonly (readonly number[])[];
}

/** PyTorch's start of a layer, and the reference's deviation of the keys. */
const keyDeviation = 0.78;

function startRun(train: TrainTable, chosen: Options, context: FitContext): TrainingRun<RouterDcState> {
  const data = trainingBatches(train, { size: chosen.batch }, context);
  const { labels } = clustering(train, { clusters: chosen.clusters, restarts: 10 }, context);
  const w = chosen.dimensions;
  const d = train.embeddings.cols;
  const m = data.columns.length;
  const start = context.random("routerdc", "start", w);
  const weights: RouterDcWeights = {
    project: uniformWeights(w, d, d, start),
    offset: uniformWeights(1, w, d, start).data,
    keys: normalWeights(m, w, keyDeviation, start),
    bias: new Float32Array(m),
  };
  const ties = context.random("routerdc", "ties");
  const pairs = context.random("routerdc", "partners");
  const draw = (batch: number): Draws => {
    const groupOf = data.batches.rowsOf(batch).map((i) => labels[i]!);
    const scores = transposed(data.targets[batch]!);
    return {
      orders: Array.from(groupOf, (_, i) => ranked(row(scores, i), permutation(m, ties))),
      partners: chosen.groupWeight > 0 ? drawPartners(groupOf, chosen.negatives, pairs) : [],
    };
  };
  const { intercept } = chosen;
  const learned = [weights.project.data, weights.offset, weights.keys.data, weights.bias];
  const steps = {
    parameters: intercept ? learned : learned.slice(0, 3),
    slopes: (batch: number) => contrastSlopes(weights, data, batch, draw(batch), chosen),
    snapshot: () => finished(weights, data, train, chosen, context),
  };
  return adamRun(data, steps, { ...chosen, decoupled: true }, context.random("routerdc", "order"));
}

type ContrastOptions = Pick<Options, "temperature" | "topK" | "lastK" | "groupWeight">;

/** Slopes of the loss on one batch: T, t₀, keys, intercepts. */
export function contrastSlopes(
  { project, offset, keys, bias }: RouterDcWeights,
  data: Pick<TrainingBatches, "batches" | "targets">,
  batch: number,
  { orders, partners }: Draws,
  chosen: ContrastOptions,
): Float32Array[] {
  const read = transposed(data.batches.products(batch, project));
  for (let p = 0; p < read.data.length; p++) read.data[p]! += offset[p % offset.length]!;
  const { units, lengths } = unitRows(read);
  const models = unitRows(keys);
  const logits = dots(units, models.units);
  for (let p = 0; p < logits.data.length; p++) {
    logits.data[p] = logits.data[p]! / chosen.temperature + bias[p % bias.length]!;
  }
  const ofLogits = matrix32(logits.rows, logits.cols);
  const scores = transposed(data.targets[batch]!);
  const weight = 1 / logits.rows;
  orders.forEach((order, i) => {
    modelLosses(row(logits, i), row(scores, i), order, chosen, row(ofLogits, i), weight);
  });
  const ofBias = new Float32Array(bias.length);
  ofLogits.data.forEach((slope, p) => {
    ofBias[p % bias.length]! += slope;
    ofLogits.data[p] = slope / chosen.temperature;
  });
  const ofUnits = dots(ofLogits, transposed(models.units));
  const ofModels = dots(transposed(ofLogits), transposed(units));
  promptLosses(units, partners, ofUnits, chosen.groupWeight * weight);
  const ofRead = transposed(leadBack(ofUnits, units, lengths));
  const ofKeys = leadBack(ofModels, models.units, models.lengths);
  const every = asRow(new Float32Array(ofRead.cols).fill(1));
  return [data.batches.sums(batch, ofRead).data, dots(every, ofRead).data, ofKeys.data, ofBias];
}

function finished(
  { project, offset, keys, bias }: RouterDcWeights,
  { columns, mean }: TrainingBatches,
  train: TrainTable,
  { temperature }: Options,
  { signal }: FitContext,
): RouterDcState {
  const known = meanScore(train);
  const shift = dots(asRow(mean), project).data;
  const inOrder = new Float64Array(columns.length);
  // A model never observed is unknown, however near its key lies.
  columns.forEach((column, j) => (inOrder[column] = Number.isNaN(known[column]!) ? NaN : bias[j]!));
  const near = {
    project: {
      weights: { ...project, data: project.data.slice() },
      bias: Float64Array.from(offset, (value, c) => value - shift[c]!),
    },
    keys: inTableOrder(unitRows(keys).units, columns),
    bias: inOrder,
    temperature,
  };
  const units = unitRows(probeValues(near.project, train.embeddings)).units;
  const nearness = nearnessOf(near, units);
  const sorted = (values: Matrix): Matrix => selectColumns(values, columns);
  const odds = contrastOdds({ units, nearness: sorted(nearness), score: sorted(train.score) }, signal);
  return { ...near, odds, costUsd: meanCostUsd(train) };
}
