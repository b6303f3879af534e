/**
 * FrugalGPT's scorers: per model, the chance that an answer of it is right, by logistic regression on the answer's
 * features, and on its embedding where asked. Chances that set thresholds are out of fold: from a scorer, and a probe, that did not see the row.
 */
import type { FitContext, TrainTable } from "../../core/router.ts";
import { throwIfAborted } from "../../core/errors.ts";
import { orNull } from "../../core/state-shape.ts";
import type { Shape } from "../../core/state-shape.ts";
import { filled, matrix, row } from "../../math/matrix.ts";
import type { Matrix } from "../../math/matrix.ts";
import { fitSmallLogistic } from "../../math/small-logistic.ts";
import { canonicalAnswer, isAnswered } from "../answer-text.ts";
import { crossValidationFolds } from "../folds.ts";
import type { Fold } from "../folds.ts";
import { meanScore } from "../mean-outcome.ts";
import { fitProbe, probeValues } from "../probe.ts";
import { answerReader, answerSpaceShape } from "./answer-embedding.ts";
import type { AnswerSpace } from "./answer-embedding.ts";
import { answerFeatures, featureNames } from "./features.ts";
import type { Answered } from "./features.ts";

/** One line a model over the features as they come; NaN bias = no answer of the model was scored. */
export interface Scorers {
  /** [m, features] */
  readonly weights: Matrix;
  /** [m] */
  readonly bias: Float64Array;
  /** the further part of each line, over the answer's embedding; null = it is not read */
  readonly embedded: EmbeddedScorers | null;
}

export interface EmbeddedScorers {
  readonly space: AnswerSpace;
  /** [m, r] */
  readonly weights: Matrix;
}

/** What loading checks of scorers. */
export const scorersShape: Shape = {
  weights: `f64[m, ${featureNames.length}]`,
  bias: "f64[m]",
  embedded: orNull({ space: answerSpaceShape, weights: "f64[m, r]" }),
};

const folds = 5;
const penalty = 1e-3;

/** The folds of a training table, the same for all settings of the router. */
export function frugalFolds(train: TrainTable, context: FitContext): Fold[] {
  return context.shared("frugalgpt folds", () => crossValidationFolds(train, folds, context, "frugalgpt"));
}

/** Log odds, from the question alone, that each model is right; out of fold. NaN where no fold could say. [n, m] */
export function outOfFoldPromise(train: TrainTable, l2: number, context: FitContext): Matrix {
  const m = train.models.length;
  const out = filled(train.score.rows, m, NaN);
  for (const { rows, train: others, held, context: own } of frugalFolds(train, context)) {
    if (others.score.rows === 0 || rows.length === 0) continue;
    const known = meanScore(others);
    const values = probeValues(fitProbe(others, others.score, { l2 }, own), held.embeddings);
    rows.forEach((i, r) => {
      for (let j = 0; j < m; j++) if (!Number.isNaN(known[j]!)) out.data[i * m + j] = values.data[r * m + j]!;
    });
  }
  return out;
}

/**
 * Scorers on all training rows, and the chances [n, m] that they give out of fold; NaN where there is no answer.
 * @param space what embeds an answer; null = the features alone
 */
export function fitScorers(
  train: TrainTable,
  promise: Matrix,
  { verdicts, space }: { readonly verdicts: readonly string[]; readonly space: AnswerSpace | null },
  context: FitContext,
): { readonly scorers: Scorers; readonly chance: Matrix } {
  const m = train.models.length;
  const scorers: Scorers = {
    weights: matrix(m, featureNames.length),
    bias: new Float64Array(m).fill(NaN),
    embedded: space && { space, weights: matrix(m, space.components.cols) },
  };
  const chance = filled(train.score.rows, m, NaN);
  const held = frugalFolds(train, context).map(({ rows }) => new Set(rows));
  for (let j = 0; j < m; j++) {
    throwIfAborted(context.signal, "fitting scorers");
    const features = featuresOf(train, promise, j, { verdicts, space });
    const answered = [...features.keys()];
    const target = (i: number): number => train.score.data[i * m + j]!;
    for (const fold of held) {
      const line = fitLine(
        features,
        answered.filter((i) => !fold.has(i)),
        target,
      );
      for (const i of answered) if (fold.has(i)) chance.data[i * m + j] = chanceOn(line, features.get(i)!);
    }
    const line = fitLine(features, answered, target);
    row(scorers.weights, j).set(line.weights.subarray(0, featureNames.length));
    if (scorers.embedded) row(scorers.embedded.weights, j).set(line.weights.subarray(featureNames.length));
    scorers.bias[j] = line.bias;
  }
  return { scorers, chance };
}

/** The chance that an answer of a model is right. [features] `isVerdict`: the text is no answer at all. */
export function chanceOf(
  { weights, bias, embedded }: Scorers,
  model: number,
  answered: Answered,
  isVerdict: boolean,
): number {
  const ofText = embedded && { weights: row(embedded.weights, model), bias: bias[model]! };
  const base = ofText ? logitOn(ofText, embeddedAnswer(embedded.space, answered, isVerdict)) : bias[model]!;
  return chanceOn({ weights: row(weights, model), bias: base }, answerFeatures(answered, isVerdict));
}

function embeddedAnswer(space: AnswerSpace, { text }: Answered, isVerdict: boolean): Float64Array {
  return Float64Array.from(answerReader(space)(isVerdict ? "" : text));
}

/** row → features of the model's answer there. */
function featuresOf(
  train: TrainTable,
  promise: Matrix,
  model: number,
  { verdicts, space }: { readonly verdicts: readonly string[]; readonly space: AnswerSpace | null },
): Map<number, Float64Array> {
  const m = train.models.length;
  const out = new Map<number, Float64Array>();
  train.prompts.forEach((prompt, i) => {
    const cell = i * m + model;
    if (!isAnswered(train, i, model) || Number.isNaN(promise.data[cell]!)) return;
    const text = train.outcomes.prediction(i, model);
    const completionTokens = train.outcomes.completionTokens.data[cell]!;
    const answer = { prompt, text, completionTokens, promise: promise.data[cell]! };
    const isVerdict = verdicts.includes(canonicalAnswer(text));
    const features = answerFeatures(answer, isVerdict);
    out.set(i, space ? Float64Array.of(...features, ...embeddedAnswer(space, answer, isVerdict)) : features);
  });
  return out;
}

interface Line {
  readonly weights: Float64Array;
  readonly bias: number;
}

function chanceOn(line: Line, features: Float64Array): number {
  return 1 / (1 + Math.exp(-logitOn(line, features)));
}

function logitOn({ weights, bias }: Line, features: Float64Array): number {
  return features.reduce((sum, value, f) => sum + weights[f]! * value, bias);
}

/** Logistic regression on standardised features, written for features as they come. */
function fitLine(
  features: ReadonlyMap<number, Float64Array>,
  rows: readonly number[],
  target: (row: number) => number,
): Line {
  const scored = rows.filter((i) => !Number.isNaN(target(i)));
  const width = features.values().next().value?.length ?? featureNames.length;
  if (scored.length === 0) return { weights: new Float64Array(width), bias: NaN };
  const { mean, scale } = moments(scored.map((i) => features.get(i)!));
  const x = matrix(scored.length, width);
  scored.forEach((i, r) => row(x, r).set(features.get(i)!.map((value, f) => (value - mean[f]!) * scale[f]!)));
  const fit = fitSmallLogistic(x, Float64Array.from(scored, target), penalty);
  const weights = fit.weights.map((weight, f) => weight * scale[f]!);
  return { weights, bias: weights.reduce((sum, weight, f) => sum - weight * mean[f]!, fit.bias) };
}

/** Means, and what brings each feature to deviation 1; 0 for one that never varies. */
function moments(rows: readonly Float64Array[]): { readonly mean: Float64Array; readonly scale: Float64Array } {
  const width = rows[0]!.length;
  const mean = new Float64Array(width);
  const square = new Float64Array(width);
  for (const values of rows) values.forEach((value, f) => (mean[f]! += value / rows.length));
  for (const values of rows) values.forEach((value, f) => (square[f]! += (value - mean[f]!) ** 2 / rows.length));
  return { mean, scale: square.map((variance) => (variance > 1e-12 ? 1 / Math.sqrt(variance) : 0)) };
}
