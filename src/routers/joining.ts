/** What the routers that can take a model in without a refit share. */
import { FitError } from "../core/errors.ts";
import type { FitContext, JoiningModel } from "../core/router.ts";
import { dots } from "../math/dots.ts";
import { fitLogistic } from "../math/logistic.ts";
import { columnMeans, matrix, matrix32, row, selectRows } from "../math/matrix.ts";
import type { Matrix32 } from "../math/matrix.ts";
import { fitRidge } from "../math/ridge.ts";
import type { Probe } from "./probe.ts";

/** The mean of what is known; NaN of nothing. */
export function knownMean(values: Float64Array): number {
  const known = values.filter((value) => !Number.isNaN(value));
  return known.reduce((sum, value) => sum + value, 0) / known.length;
}

/** How many prompts the pool's mean counts for where a newcomer's own are few. */
const poolPrompts = 10;
/** One-sided 95 %. */
const confidence = 1.645;

/**
 * What a newcomer is supposed to score at some places before its labels there: what the pool scores there, plus its lead
 * over the pool on the prompts that it was tried on, drawn toward none, λ = Σ (y − pool_i) / (s + κ). For a place where all
 * fail is not one where a newcomer does as well as on average. The more of the training prompts it is scored on, the more
 * its own mean ȳ stands instead, as it does for the models that a router was fitted on:
 *   p = constant + share·pool,  share = 1 − s/n,  constant = (1 − share)·ȳ + share·λ
 */
export interface NewcomerPrior {
  readonly constant: number;
  readonly share: number;
}

/** The prior of a newcomer; `pool` [s] is what the pool scores on its prompts, NaN where that is unknown. */
export function newcomerPrior({ score, trainRows }: JoiningModel, pool: Float64Array): NewcomerPrior {
  const leads = score.map((y, i) => y - pool[i]!).filter((lead) => !Number.isNaN(lead));
  const own = knownMean(score);
  const known = score.filter((y) => !Number.isNaN(y)).length;
  const share = leads.length === 0 ? 0 : Math.max(0, 1 - known / trainRows);
  const lead = leads.reduce((sum, value) => sum + value, 0) / (leads.length + poolPrompts);
  return { constant: (1 - share) * own + share * lead, share };
}

/** The prior where the pool scores `pool`, as a score. */
export function supposedAt({ constant, share }: NewcomerPrior, pool: number): number {
  const supposed = constant + (share > 0 && !Number.isNaN(pool) ? share * pool : 0);
  return Math.min(1, Math.max(0, supposed));
}

/**
 * What a newcomer scores at least, with 95 % confidence: its mean, drawn toward the mean of the pool's known `quality`,
 * less the error that so many prompts leave.
 *   p = (Σy + κ·pool) / (s + κ),  p − 1.645·√(p·(1 − p) / (s + κ + 1))
 * p·(1 − p) is the most that scores in 0 … 1 of mean p can vary. No prior where nothing is known of the pool.
 */
export function cautiousMean(score: Float64Array, quality: Float64Array): number {
  const pool = knownMean(quality.filter(Number.isFinite));
  const weight = Number.isNaN(pool) ? 0 : poolPrompts;
  const known = score.filter((value) => !Number.isNaN(value));
  const total = known.length + weight;
  const mean = (known.reduce((sum, value) => sum + value, 0) + (weight > 0 ? weight * pool : 0)) / total;
  return mean - confidence * Math.sqrt(Math.max(0, mean * (1 - mean)) / (total + 1));
}

/** An array with one more value, last. */
export function withValue(values: Float64Array, value: number): Float64Array {
  return Float64Array.from([...values, value]);
}

/** @throws FitError when not one outcome is scored. */
export function requireScores({ model, score }: JoiningModel): void {
  if (score.some((value) => !Number.isNaN(value))) return;
  throw new FitError({
    problem: `"${model.id}" has no scored prompt to learn from`,
    mend: "Give it some scored prompts of the kind the router is for; a few dozen help, two hundred are plenty.",
  });
}

/** [s] the prompts that are scored. @throws FitError when none is. */
export function scoredRows(joining: JoiningModel): number[] {
  requireScores(joining);
  return [...joining.score.keys()].filter((i) => !Number.isNaN(joining.score[i]!));
}

/**
 * One logistic probe for the joining model, from few labels: its logit is sought first as a mix of the logits of the
 * models that are there (some m numbers, whose common mean is hardly penalised), then, as labels allow, in the embedding
 * itself, under the penalty that the joint fit had in sum. All of it is linear in the embedding, so it folds to one row.
 *   z_new = α + β₀·3·z̄ + Σ_j β_j·(z_j − z̄) + γ·vᵀq
 */
export function joiningProbe(
  { weights, bias }: Probe,
  joining: JoiningModel,
  l2: number,
  { signal }: FitContext,
): { readonly weights: Float32Array; readonly bias: number } {
  const rows = scoredRows(joining);
  const directions = mixDirections(weights, bias, mixPenalty / (l2 * weights.rows * joining.trainRows));
  const features = dots(selectRows(joining.embeddings, rows), directions.weights);
  const mean = Float32Array.from(columnMeans(features));
  const centred = { ...features, data: features.data.map((value, cell) => value - mean[cell % features.cols]!) };
  const y = matrix(rows.length, 1);
  rows.forEach((i, r) => (y.data[r] = joining.score[i]!));
  const fit = fitLogistic(centred, y, { l2: mixPenalty / rows.length, ...(signal && { signal }) });
  const out = new Float32Array(weights.cols);
  let offset = fit.bias[0]!;
  fit.weights.data.forEach((beta, f) => {
    offset -= beta * mean[f]!;
    row(directions.weights, f).forEach((value, c) => (out[c]! += beta * value));
  });
  return { weights: out, bias: offset };
}

/** Penalty of the mix, in labels: about this many pull as hard as it does. */
const mixPenalty = 3;
/** The common mean counts this much more than a difference: a model that is like the others is the first guess. */
const meanScale = 3;

/** [1 + k + d, d] the directions a newcomer's row is sought in, scaled by how freely: mean, differences, each axis. */
function mixDirections(weights: Matrix32, bias: Float64Array, axisShare: number): { readonly weights: Matrix32 } {
  const known = [...bias.keys()].filter((j) => !Number.isNaN(bias[j]!));
  const d = weights.cols;
  const mean = columnMeans(selectRows(weights, known));
  const out = matrix32(1 + known.length + d, d);
  row(out, 0).set(mean.map((value) => (Number.isNaN(value) ? 0 : meanScale * value)));
  known.forEach((j, k) => row(out, 1 + k).set(row(weights, j).map((value, c) => value - mean[c]!)));
  for (let c = 0; c < d; c++) out.data[(1 + known.length + c) * d + c] = Math.sqrt(axisShare);
  return { weights: out };
}

/** One ridge probe for the joining model alone. */
export function joiningRidge(
  joining: JoiningModel,
  lambda: number,
): { readonly weights: Float32Array; readonly bias: number } {
  const rows = scoredRows(joining);
  const x = selectRows(joining.embeddings, rows);
  const mean = Float32Array.from(columnMeans(x));
  const centred = { ...x, data: x.data.map((value, cell) => value - mean[cell % x.cols]!) };
  const y = matrix(rows.length, 1);
  rows.forEach((i, r) => (y.data[r] = joining.score[i]!));
  const fit = fitRidge(centred, y, { lambda });
  return {
    weights: fit.weights.data,
    bias: fit.bias[0]! - dots({ rows: 1, cols: mean.length, data: mean }, fit.weights).data[0]!,
  };
}

/**
 * [s] the training row each prompt is, by its vector; −1 where the router never saw it.
 * @throws FitError where it saw none of those that are scored.
 */
export function trainingRowsOf(points: Matrix32, { model, embeddings, score }: JoiningModel): Int32Array {
  const rows = rowsOfPrompts(points, embeddings);
  if (rows.some((row, i) => row >= 0 && !Number.isNaN(score[i]!))) return rows;
  throw new FitError({
    problem: `"${model.id}" is scored on no prompt that the router was fitted on, and it learns from no other`,
    mend: "Score the model on training prompts, or let it join a router that generalises: linear, avengers, embedllm-mf.",
  });
}

function rowsOfPrompts(points: Matrix32, prompts: Matrix32): Int32Array {
  const cosines = dots(prompts, points);
  return Int32Array.from({ length: prompts.rows }, (_, i) => {
    let best = -1;
    for (let r = 0; r < points.rows; r++) {
      if (best < 0 || cosines.data[i * points.rows + r]! > cosines.data[i * points.rows + best]!) best = r;
    }
    return best >= 0 && cosines.data[i * points.rows + best]! > samePrompt ? best : -1;
  });
}

/** Unit vectors this near are those of one text. */
const samePrompt = 0.9999;
