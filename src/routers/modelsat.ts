/**
 * MODEL-SAT: describe each model by what it can do, and learn to read from that description what it will do.
 *
 *   κ_j = the model's shrunken mean scores on G groups of training prompts; κ̃ = κ less its mean over the models, by its
 *   spread; z_j(q) = (U(q − μ))ᵀ(R·κ̃_j) + w·κ̃_j + v·(q − μ) + v₀
 *   loss = mean over observed pairs of BCE(z, y) + ½·l2·Σ‖a_j‖², y ∈ [0, 1]
 * Capability-vector, frozen-encoder variant: the paper writes κ_j as a text and tunes a language model on it. With a
 * fixed pool it is a linear probe, a_j = Uᵀ(R·κ̃_j) + v, whose weights are made from the description; so a new model
 * needs scores on a few prompts of each group (`capabilityProbe`) and no training.
 * A group where the newcomer has few labels is drawn toward what it is supposed to score there: what the pool scores, plus
 * its lead (joining.ts). On llmrouter-14-tasks AvgAcc was 63.4 % with 400 labels of a newcomer, 62.2 % without it and 64.1 %
 * after a refit (analyze onboarding, seed 42); drawn toward its own mean alone, it did harm: 61.4 %.
 *
 * Source: Zhang et al., "Capability Instruction Tuning", AAAI 2025, arXiv 2502.17282.
 * Cost: k-means once, then an epoch O(n·m·d); decide O(d·m).
 */
import { z } from "zod";
import { estimateAt } from "../core/fitted-router.ts";
import { defineRouter } from "../core/router.ts";
import type { EstimateTable, FitContext, JoiningModel, TrainTable } from "../core/router.ts";
import { toSlopes } from "../math/cross-entropy.ts";
import { dots } from "../math/dots.ts";
import { uniformWeights } from "../math/initial-weights.ts";
import { row, selectRows, withRow } from "../math/matrix.ts";
import type { Matrix, Matrix32 } from "../math/matrix.ts";
import { transposed } from "../math/transposed.ts";
import { capabilitiesOf, joiningCapabilities, promptGroups, scaleOf, standardised } from "./capabilities.ts";
import type { PromptGroups } from "./capabilities.ts";
import { asRow } from "./as-row.ts";
import { knownMean, withValue } from "./joining.ts";
import { meanCostUsd, sameForAll } from "./mean-outcome.ts";
import { probeShape, probeValues, sigmoid } from "./probe.ts";
import type { Probe } from "./probe.ts";
import { adamRun, trainingBatches } from "./training-batches.ts";
import type { TrainingBatches } from "./training-batches.ts";
import { trainFor } from "./training-run.ts";
import type { TrainingRun } from "./training-run.ts";

const options = z.strictObject({
  groups: z.enum(["clusters", "datasets"]).default("clusters").describe("What a capability is measured on"),
  clusters: z.int().positive().default(32).describe("How many clusters the training prompts are cut into"),
  shrink: z.number().nonnegative().default(10).describe("Pseudo-observations pulling a capability toward the mean"),
  crossFit: z.boolean().default(false).describe("Learn on each fifth of the prompts by capabilities without it"),
  dimensions: z.int().positive().default(32).describe("Length of the vectors that query and capabilities meet in"),
  epochs: z.int().positive().default(20).describe("Passes over the training prompts"),
  l2: z.number().nonnegative().default(1e-4).describe("Penalty of each model's compiled weights"),
  learningRate: z.number().positive().default(3e-3).describe("Adam's step"),
  batch: z.int().positive().default(64).describe("Prompts a step, each with all its models; fewer in small tables"),
});

type Options = z.infer<typeof options>;

/** What training changes: `project` U [k, d], `mix` R [k, G], `direct` w [G], `common` v [d], `offset` v₀ [1]. */
export interface CapabilityWeights {
  readonly project: Matrix32;
  readonly mix: Matrix32;
  readonly direct: Float32Array;
  readonly common: Float32Array;
  readonly offset: Float32Array;
}

export interface ModelSatState extends Probe {
  readonly costUsd: Float64Array;
  /** κ [m, G] */
  readonly capabilities: Matrix;
  /** κ's mean and spread over the models [G]: what a new model's is standardised by */
  readonly middle: Float64Array;
  readonly spread: Float64Array;
  /** [G, d] the middle of each group: where a new model's prompts belong */
  readonly centroids: Matrix32;
  readonly learned: CapabilityWeights;
  /** μ [d] */
  readonly mean: Float32Array;
}

export const modelSat = defineRouter<Options, ModelSatState>({
  name: "modelsat",
  summary: "A linear probe whose weights are made from each model's capabilities on groups of prompts.",
  source: 'Zhang et al., "Capability Instruction Tuning", AAAI 2025, arXiv 2502.17282',
  needs: { embeddings: true, text: false, cost: false },
  qualityKind: "probability",
  options,
  search: { l2: [1e-3, 3e-4, 1e-4], epochs: [10, 20, 40] },
  presets: { "cross-fit": { crossFit: true } },

  stateShape: {
    ...probeShape,
    costUsd: "f64[m]",
    capabilities: "f64[m, G]",
    middle: "f64[G]",
    spread: "f64[G]",
    centroids: "f32[G, d]",
    learned: { project: "f32[k, d]", mix: "f32[k, G]", direct: "f32[G]", common: "f32[d]", offset: "f32[1]" },
    mean: "f32[d]",
  },

  fit(train, chosen, context) {
    const { epochs, ...rest } = chosen;
    return trainFor(context, `modelsat ${JSON.stringify(rest)}`, epochs, () => startRun(train, chosen, context));
  },

  dropsModels: "approximate",

  addModel: (state, joining, { shrink }) => join(state, joining, shrink),

  estimate: (state, { embedding }) => estimateAt(predict(state, asRow(embedding)), 0),

  estimateMany: predict,
});

function predict(state: ModelSatState, queries: Matrix32): EstimateTable {
  return { quality: sigmoid(probeValues(state, queries)), costUsd: sameForAll(state.costUsd, queries.rows) };
}

/** How many parts of the prompts `crossFit` takes capabilities without. */
const folds = 5;

function startRun(train: TrainTable, chosen: Options, context: FitContext): TrainingRun<ModelSatState> {
  const data = trainingBatches(train, { size: chosen.batch }, context);
  const groups = promptGroups(train, chosen, context);
  const k = chosen.dimensions;
  const d = train.embeddings.cols;
  const count = groups.centroids.rows;
  const start = context.random("modelsat", "start", k);
  const weights: CapabilityWeights = {
    project: uniformWeights(k, d, d, start),
    mix: uniformWeights(k, count, count, start),
    direct: new Float32Array(count),
    common: new Float32Array(d),
    offset: new Float32Array(1),
  };
  const seen = capabilitiesByFold(train, data, groups, chosen);
  const steps = {
    parameters: [weights.project.data, weights.mix.data, weights.direct, weights.common, weights.offset],
    slopes: (batch: number) => capabilitySlopes(weights, data, batch, seen[batch % seen.length]!, chosen.l2),
    snapshot: () => finished(weights, data, train, groups, chosen),
  };
  return adamRun(data, steps, chosen, context.random("modelsat", "order"));
}

/** κ̃ [m, G], models in order of id: one for all batches, or for each fold's batches one without their scores. */
function capabilitiesByFold(
  train: TrainTable,
  { batches, columns }: TrainingBatches,
  groups: PromptGroups,
  { shrink, crossFit }: Options,
): Matrix32[] {
  const without = (hidden?: Uint8Array): Matrix32 => {
    const capabilities = selectRows(capabilitiesOf(train, groups, shrink, hidden), columns);
    return standardised(capabilities, scaleOf(capabilities));
  };
  if (!crossFit) return [without()];
  return Array.from({ length: folds }, (_, fold) => {
    const hidden = new Uint8Array(train.score.rows);
    for (let batch = fold; batch < batches.count; batch += folds) {
      for (const i of batches.rowsOf(batch)) hidden[i] = 1;
    }
    return without(hidden);
  });
}

/** a [m, d] of models with the capabilities κ̃ [m, G], and R·κ̃ [m, k] on the way. */
function compile(weights: CapabilityWeights, capabilities: Matrix32): { mixed: Matrix32; compiled: Matrix32 } {
  const { project, mix, common } = weights;
  const mixed = dots(capabilities, mix);
  const compiled = dots(mixed, transposed(project));
  for (let p = 0; p < compiled.data.length; p++) compiled.data[p]! += common[p % common.length]!;
  return { mixed, compiled };
}

/** w·κ̃_j + v₀ [m] */
function ownBias({ direct, offset }: CapabilityWeights, capabilities: Matrix32): Float32Array {
  return dots(capabilities, asRow(direct)).data.map((value) => value + offset[0]!);
}

/** Slopes of the loss on one batch: U, R, w, v, v₀. Taken on a [m, d], then led back. */
export function capabilitySlopes(
  weights: CapabilityWeights,
  data: Pick<TrainingBatches, "batches" | "targets" | "observed">,
  batch: number,
  capabilities: Matrix32,
  l2: number,
): Float32Array[] {
  const { mixed, compiled } = compile(weights, capabilities);
  const logits = data.batches.products(batch, compiled);
  const weight = 1 / Math.max(1, data.observed[batch]!);
  const ofBias = toSlopes(logits, ownBias(weights, capabilities), data.targets[batch]!, weight);
  const ofCompiled = data.batches.sums(batch, logits);
  for (let p = 0; p < ofCompiled.data.length; p++) ofCompiled.data[p]! += l2 * compiled.data[p]!;
  const across = transposed(ofCompiled);
  const ofMixed = dots(ofCompiled, weights.project);
  const ofProject = dots(transposed(mixed), across);
  const ofMix = dots(transposed(ofMixed), transposed(capabilities));
  const ofDirect = dots(asRow(ofBias), transposed(capabilities));
  const every = asRow(new Float32Array(capabilities.rows).fill(1));
  const ofOffset = dots(every, asRow(ofBias));
  return [ofProject.data, ofMix.data, ofDirect.data, dots(every, across).data, ofOffset.data];
}

/** The probe of models with the capabilities κ [models, G]: all that a model never trained on needs. */
export function capabilityProbe(
  state: Pick<ModelSatState, "learned" | "middle" | "spread" | "mean">,
  capabilities: Matrix,
): Probe {
  const values = standardised(capabilities, state);
  const { compiled } = compile(state.learned, values);
  const shift = dots(asRow(state.mean), compiled).data;
  const bias = Float64Array.from(ownBias(state.learned, values), (own, j) =>
    // A model never observed is unknown, not even odds.
    row(capabilities, j).some(Number.isNaN) ? NaN : own - shift[j]!,
  );
  return { weights: compiled, bias };
}

/** Nothing is trained: the newcomer is what it scores in each group of prompts. */
function join(state: ModelSatState, joining: JoiningModel, shrink: number): ModelSatState {
  const capabilities = joiningCapabilities(state, joining, shrink);
  const probe = capabilityProbe(state, capabilities);
  return {
    ...state,
    weights: withRow(state.weights, probe.weights.data),
    bias: withValue(state.bias, probe.bias[0]!),
    costUsd: withValue(state.costUsd, knownMean(joining.costUsd)),
    capabilities: {
      rows: state.capabilities.rows + 1,
      cols: capabilities.cols,
      data: Float64Array.from([...state.capabilities.data, ...capabilities.data]),
    },
  };
}

function finished(
  { project, mix, direct, common, offset }: CapabilityWeights,
  { columns, mean }: TrainingBatches,
  train: TrainTable,
  groups: PromptGroups,
  { shrink }: Options,
): ModelSatState {
  const capabilities = capabilitiesOf(train, groups, shrink);
  const scale = scaleOf(selectRows(capabilities, columns));
  const learned: CapabilityWeights = {
    project: { ...project, data: project.data.slice() },
    mix: { ...mix, data: mix.data.slice() },
    direct: direct.slice(),
    common: common.slice(),
    offset: offset.slice(),
  };
  return {
    ...capabilityProbe({ learned, ...scale, mean }, capabilities),
    costUsd: meanCostUsd(train),
    capabilities,
    ...scale,
    centroids: groups.centroids,
    learned,
    mean,
  };
}
