/**
 * EmbedLLM's matrix factorisation: a vector per model, whose element-wise product with the projected query says whether
 * that model will be right (factor-model.ts has the formulas).
 *
 *   loss = mean over observed pairs of BCE(u_j(q_i), y_ij) + ½·l2·Σ‖a_j‖², y ∈ [0, 1]
 * With a fixed pool it is the linear probe under a rank constraint, and none where the vectors are as long as the pool
 * is large. What it gives beyond that is the vectors themselves, which is also all that a model joining later needs. The penalty, the number of epochs and the removal of
 * the mean are ours; the reference's only strong regulariser is noise on the query (`noiseNorm`), which it leaves on
 * while routing: ours is off by then. Noise drawn per pair acts on u_j through a normal of deviation s‖a_j‖, and on a_j's
 * slope through its part along a_j and one normal across it: drawing these has the law of drawing every coordinate.
 *
 * Source: Zhuang et al., "EmbedLLM: Learning Compact Representations of Large Language Models", 2025, arXiv 2410.02223.
 * Cost: an epoch O(n·m·d), decide O(d·m).
 */
import { z } from "zod";
import { estimateAt } from "../core/fitted-router.ts";
import { defineRouter } from "../core/router.ts";
import type { EstimateTable, FitContext, JoiningModel, TrainTable } from "../core/router.ts";
import { toSlopes } from "../math/cross-entropy.ts";
import { dots, product } from "../math/dots.ts";
import { selectRows, withRow } from "../math/matrix.ts";
import type { Matrix32 } from "../math/matrix.ts";
import type { Random } from "../math/random.ts";
import { asRow } from "./as-row.ts";
import { compileFactors, contrastOf, factorArrays, factorShape, factorSlopes, startFactors } from "./factor-model.ts";
import type { Compiled, Factors } from "./factor-model.ts";
import { joiningVectorAndBias } from "./joining-vector.ts";
import { knownMean, scoredRows, withValue } from "./joining.ts";
import { meanCostUsd, meanScore, sameForAll } from "./mean-outcome.ts";
import { probeShape, probeValues, sigmoid } from "./probe.ts";
import type { Probe } from "./probe.ts";
import { adamRun, inTableOrder, trainingBatches } from "./training-batches.ts";
import type { TrainingBatches } from "./training-batches.ts";
import { trainFor } from "./training-run.ts";
import type { TrainingRun } from "./training-run.ts";

const options = z.strictObject({
  dimensions: z.int().positive().default(32).describe("Length of a model's vector"),
  epochs: z.int().positive().default(50).describe("Passes over the training prompts"),
  l2: z.number().nonnegative().default(3e-4).describe("Penalty of each model's compiled weights"),
  learningRate: z.number().positive().default(1e-3).describe("Adam's step"),
  weightDecay: z.number().nonnegative().default(0).describe("Adam's own, added to the gradient of every parameter"),
  batch: z.int().positive().default(256).describe("Prompts a step, each with all its models; fewer in small tables"),
  noiseNorm: z.number().nonnegative().default(0).describe("Length of the noise added to a query, anew for every pair"),
  plain: z.boolean().default(false).describe("As the reference: no mean removed, prompts in order of their texts"),
});

type Options = z.infer<typeof options>;

export interface EmbedLlmState extends Probe {
  readonly costUsd: Float64Array;
  /** The factors behind weights and bias, models in the table's order: what can be plotted and compared. */
  readonly factors: Factors;
}

/** 2048 pairs of 20 models; noise of 0.05 a coordinate at 3,584 dimensions. */
const published = { plain: true, batch: 102, noiseNorm: 3, l2: 0, learningRate: 1e-4 };

export const embedLlmMf = defineRouter<Options, EmbedLlmState>({
  name: "embedllm-mf",
  summary: "A vector per model against the projected query: EmbedLLM's matrix factorisation.",
  source: 'Zhuang et al., "EmbedLLM", 2025, arXiv 2410.02223',
  needs: { embeddings: true, text: false, cost: false },
  qualityKind: "probability",
  options,
  search: { l2: [1e-3, 3e-4, 1e-4], epochs: [15, 50] },
  presets: {
    reference: { ...published, dimensions: 1024, weightDecay: 1e-5, epochs: 512 },
    paper: { ...published, dimensions: 232, epochs: 50, learningRate: 1e-3 },
  },

  stateShape: { ...probeShape, costUsd: "f64[m]", factors: factorShape },

  fit(train, chosen, context) {
    const { epochs, ...rest } = chosen;
    const key = `embedllm-mf ${JSON.stringify(rest)}`;
    return trainFor(context, key, epochs, () => startRun(train, chosen, context));
  },

  dropsModels: "approximate",

  addModel: (state, joining, _options, context) => join(state, joining, context),

  estimate: (state, { embedding }) => estimateAt(predict(state, asRow(embedding)), 0),

  estimateMany: predict,
});

function predict(state: EmbedLlmState, queries: Matrix32): EstimateTable {
  return { quality: sigmoid(probeValues(state, queries)), costUsd: sameForAll(state.costUsd, queries.rows) };
}

/** The newcomer's vector alone is fitted, and a constant of its own; what is read off the query stays as it was. */
function join(state: EmbedLlmState, joining: JoiningModel, { signal }: FitContext): EmbedLlmState {
  const rows = scoredRows(joining);
  const { vectors, projection, classifier } = state.factors;
  const k = vectors.cols;
  const read = dots(selectRows(joining.embeddings, rows), projection);
  const features = { ...read, data: read.data.map((value, p) => value * contrastOf(classifier, p % k)) };
  const known = [...state.bias.keys()].filter((j) => !Number.isNaN(state.bias[j]!));
  const { vector, bias } = joiningVectorAndBias(
    {
      features,
      offset: new Float64Array(rows.length),
      score: Float64Array.from(rows, (i) => joining.score[i]!),
      vectors: selectRows(vectors, known),
      signal,
    },
    Float64Array.from(known, (j) => state.bias[j]!),
  );
  const scaled = Float32Array.from(vector, (value, c) => value * contrastOf(classifier, c));
  return {
    weights: withRow(state.weights, product(asRow(scaled), projection).data),
    bias: withValue(state.bias, bias),
    costUsd: withValue(state.costUsd, knownMean(joining.costUsd)),
    factors: { ...state.factors, vectors: withRow(vectors, vector) },
  };
}

/** A training of the factors, an epoch an `advance`. */
export function startRun(train: TrainTable, chosen: Options, context: FitContext): TrainingRun<EmbedLlmState> {
  const data = trainingBatches(train, { size: chosen.batch, plain: chosen.plain }, context);
  const { columns } = data;
  const d = train.embeddings.cols;
  const purpose = ["embedllm-mf", String(chosen.dimensions)] as const;
  const factors = startFactors(columns.length, chosen.dimensions, d, context.random(...purpose, "start"));
  const noise = chosen.noiseNorm > 0 ? noiseFor(chosen.noiseNorm, d, context.random(...purpose, "noise")) : undefined;
  const steps = {
    parameters: factorArrays(factors),
    slopes: (batch: number) => slopesOf(factors, data, batch, chosen.l2, noise),
    snapshot: () => finished(factors, data, train),
  };
  return adamRun(data, steps, chosen, chosen.plain ? undefined : context.random(...purpose, "order"));
}

/** Slopes of the loss on one batch, by the factors. */
export function slopesOf(
  factors: Factors,
  data: Pick<TrainingBatches, "batches" | "targets" | "observed">,
  batch: number,
  l2: number,
  noise?: PairNoise,
): Float32Array[] {
  const { weights, bias } = compileFactors(factors);
  const logits = data.batches.products(batch, weights);
  const undo = noise?.addTo(logits, weights);
  const ofBias = toSlopes(logits, bias, data.targets[batch]!, 1 / Math.max(1, data.observed[batch]!));
  const ofWeights = data.batches.sums(batch, logits);
  undo?.(logits, ofWeights);
  if (l2 > 0) addScaled(ofWeights.data, l2, weights.data);
  return factorSlopes(factors, ofWeights, ofBias);
}

function addScaled(target: Float32Array, factor: number, source: Float32Array): void {
  for (let p = 0; p < target.length; p++) target[p]! += factor * source[p]!;
}

interface PairNoise {
  /** Adds the noise to the logits [m, B]; the function given back adds its share to the slope of the weights [m, d]. */
  addTo(logits: Matrix32, weights: Matrix32): (slopes: Matrix32, ofWeights: Matrix32) => void;
}

/** Noise of `length` on the query of every pair, drawn along the model's weights and across them. */
export function noiseFor(length: number, d: number, random: Random): PairNoise {
  const deviation = length / Math.sqrt(d);
  return {
    addTo(logits, weights) {
      const drawn = logits.data.map(() => random.normal());
      const norms = Float64Array.from({ length: weights.rows }, (_, j) => Math.sqrt(squareSum(weights, j)));
      for (let p = 0; p < drawn.length; p++) {
        logits.data[p]! += deviation * norms[Math.floor(p / logits.cols)]! * drawn[p]!;
      }
      return (slopes, ofWeights) => {
        for (let j = 0; j < weights.rows; j++) addNoiseSlope(j, slopes, drawn, norms[j]!, weights, ofWeights);
      };
    },
  };

  function addNoiseSlope(
    j: number,
    slopes: Matrix32,
    drawn: Float32Array,
    norm: number,
    weights: Matrix32,
    ofWeights: Matrix32,
  ): void {
    let along = 0;
    let square = 0;
    for (let p = j * slopes.cols; p < (j + 1) * slopes.cols; p++) {
      along += slopes.data[p]! * drawn[p]!;
      square += slopes.data[p]! ** 2;
    }
    const across = Float64Array.from({ length: d }, () => Math.sqrt(square) * random.normal());
    let shadow = 0;
    for (let c = 0; c < d; c++) shadow += norm > 0 ? (across[c]! * weights.data[j * d + c]!) / norm : 0;
    for (let c = 0; c < d; c++) {
      const unit = norm > 0 ? weights.data[j * d + c]! / norm : 0;
      ofWeights.data[j * d + c]! += deviation * ((along - shadow) * unit + across[c]!);
    }
  }
}

function squareSum({ data, cols }: Matrix32, j: number): number {
  let sum = 0;
  for (let p = j * cols; p < (j + 1) * cols; p++) sum += data[p]! ** 2;
  return sum;
}

function finished(factors: Factors, { columns, mean }: TrainingBatches, train: TrainTable): EmbedLlmState {
  const ordered: Factors = {
    vectors: inTableOrder(factors.vectors, columns),
    projection: { ...factors.projection, data: factors.projection.data.slice() },
    offset: factors.offset.slice(),
    classifier: { ...factors.classifier, data: factors.classifier.data.slice() },
    classBias: factors.classBias.slice(),
  };
  const { weights, bias }: Compiled = compileFactors(ordered);
  const shift = dots(asRow(mean), weights).data;
  const known = meanScore(train);
  return {
    weights,
    // A model never observed is unknown, not even odds.
    bias: bias.map((b, j) => (Number.isNaN(known[j]!) ? NaN : b - shift[j]!)),
    costUsd: meanCostUsd(train),
    factors: ordered,
  };
}
