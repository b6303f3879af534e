/** How much each candidate gains over the best single model on rows it was not fitted on. */
import { estimateAt } from "../../core/fitted-router.ts";
import { pick, tieOrder } from "../../core/pick.ts";
import { argmax } from "../../core/policy.ts";
import type { FitContext, TrainTable } from "../../core/router.ts";
import { observedStatistic, stratifiedBootstrap } from "../../math/bootstrap.ts";
import type { BootstrapInput } from "../../math/bootstrap.ts";
import { columnMeans, matrix } from "../../math/matrix.ts";
import type { Matrix } from "../../math/matrix.ts";
import { sortedQuantile } from "../../math/quantile.ts";
import type { Random } from "../../math/random.ts";
import { mean } from "../../math/stats.ts";
import { crossValidationFolds } from "../folds.ts";
import { standDown } from "./candidates.ts";
import type { Candidate } from "./candidates.ts";

/** Gains of all candidates, row by row. */
export interface CrossValidation {
  /** [rows, candidates] score of the candidate's pick minus score of best-single's; rows where either is unknown are left out */
  readonly gains: Matrix;
  /** [rows] data set of each row */
  readonly datasetOf: Int32Array;
}

const folds = 5;
const draws = 2000;

/** Five-fold cross-validation on the training rows. Best-single is picked anew in every fold. */
export function crossValidate(
  train: TrainTable,
  candidates: readonly Candidate[],
  context: FitContext,
): CrossValidation {
  const gains: number[][] = [];
  const datasetOf: number[] = [];
  for (const fold of crossValidationFolds(train, folds, context, "auto")) {
    if (fold.train.score.rows === 0) continue;
    const baseline = heldScores(standDown, fold.train, fold.held, fold.context);
    const scores = candidates.map((candidate) => heldScores(candidate, fold.train, fold.held, fold.context));
    fold.held.datasetOf.forEach((dataset, i) => {
      const line = scores.map((of) => of[i]! - baseline[i]!);
      if (line.some((gain) => Number.isNaN(gain))) return;
      gains.push(line);
      datasetOf.push(dataset);
    });
  }
  const out = matrix(gains.length, candidates.length);
  gains.forEach((line, i) => out.data.set(line, i * candidates.length));
  return { gains: out, datasetOf: Int32Array.from(datasetOf) };
}

/** [held rows] score of the candidate's pick; a model without a record there is not to be picked. */
function heldScores(
  { router, options }: Candidate,
  train: TrainTable,
  held: TrainTable,
  context: FitContext,
): Float64Array {
  const state: unknown = router.fit(train, options, context);
  const ties = tieOrder(train.models, columnMeans(train.costUsd));
  const m = train.models.length;
  const table = router.estimateMany?.(state, held.embeddings);
  return Float64Array.from(held.prompts, (text, i) => {
    const score = held.score.data.subarray(i * m, (i + 1) * m);
    if (score.every((value) => Number.isNaN(value))) return NaN;
    const query = {
      embedding: held.embeddings.data.subarray(i * held.embeddings.cols, (i + 1) * held.embeddings.cols),
    };
    const estimate = table ? estimateAt(table, i) : router.estimate(state, { ...query, text, promptTokens: NaN });
    const recorded = Uint8Array.from(score, (value) => (Number.isNaN(value) ? 0 : 1));
    return score[pick(estimate, argmax, ties, recorded)]!;
  });
}

/** One candidate's gain in AvgAcc, and how sure it is. */
export interface Gain {
  readonly mean: number;
  /** one-sided lower bound of the paired bootstrap, stratified by data set, that holds for all leads at once */
  readonly lowerBound: number;
}

/**
 * The macro-averaged gain of every candidate. The bounds hold jointly for the first `leads` columns: in each resample
 * the largest deviation of ANY lead's gain from its own observed gain is taken, in units of that lead's standard error,
 * and the `level` quantile of these is how many standard errors a gain must exceed (max statistic; Westfall & Young
 * 1993, §2.3). The others' bounds use the same number of standard errors. NaN without rows.
 */
export function gainsOf({ gains, datasetOf }: CrossValidation, leads: number, level: number, random: Random): Gain[] {
  if (gains.rows === 0) return Array.from({ length: gains.cols }, () => ({ mean: NaN, lowerBound: NaN }));
  const input: BootstrapInput = {
    values: gains,
    weights: new Float64Array(gains.rows).fill(1),
    strata: datasetOf,
    stratumCount: Math.max(...new Set(datasetOf)) + 1,
    draws,
  };
  const observed = observedStatistic(input);
  const { data } = stratifiedBootstrap(input, random);
  const deviations = Array.from(observed, (gain, c) =>
    Float64Array.from({ length: draws }, (_, draw) => data[draw * gains.cols + c]! - gain),
  );
  const errors = deviations.map((of) => Math.sqrt(mean(of.map((value) => value * value))));
  const largest = Float64Array.from({ length: draws }, (_, draw) =>
    deviations
      .slice(0, leads)
      .reduce((top, of, c) => (errors[c]! > 0 ? Math.max(top, of[draw]! / errors[c]!) : top), 0),
  ).toSorted();
  const needed = sortedQuantile(largest, level);
  return errors.map((error, c) => ({ mean: observed[c]!, lowerBound: observed[c]! - needed * error }));
}
