/** Per-model means over training rows: what every router falls back to where it knows nothing better. */
import { FitError } from "../core/errors.ts";
import type { TrainTable } from "../core/router.ts";
import { columnMeans, matrix, row } from "../math/matrix.ts";
import type { Matrix } from "../math/matrix.ts";

/** [m] mean cost of a call, USD; NaN where no call of the model has a known cost. The shared `mean` cost model. */
export function meanCostUsd(train: TrainTable): Float64Array {
  return columnMeans(train.costUsd);
}

/**
 * [m] the same, for a router that cannot do without.
 * @throws FitError where no call has a known cost.
 */
export function requireMeanCostUsd(train: TrainTable): Float64Array {
  const costUsd = meanCostUsd(train);
  if (costUsd.some((cost) => !Number.isNaN(cost))) return costUsd;
  throw new FitError({ problem: "no training row has a cost", mend: "Leave this router out, or add costs." });
}

/** Costs [m] for each of `queries` queries. [queries, m] */
export function sameForAll(costUsd: Float64Array, queries: number): Matrix {
  const out = matrix(queries, costUsd.length);
  for (let i = 0; i < queries; i++) row(out, i).set(costUsd);
  return out;
}

/** [m] mean score over training prompts (prompt-weighted); NaN where nothing was collected. */
export function meanScore(train: TrainTable): Float64Array {
  return columnMeans(train.score);
}

/** [datasets · m] row-major mean score per data set and model; NaN where nothing was collected. */
export function meanByDataset(train: TrainTable, of: "score" | "costUsd"): Float64Array {
  const { sum, count } = sumByDataset(train, of);
  return sum.map((total, cell) => (count[cell] === 0 ? NaN : total / count[cell]!));
}

/** [datasets · m] the mean score times the share of prompts it is known of, out of those that the best covered model has. */
function coveredMeans(train: TrainTable): Float64Array {
  const m = train.models.length;
  const { sum, count } = sumByDataset(train, "score");
  return sum.map((total, cell) => {
    const first = cell - (cell % m);
    const most = count.subarray(first, first + m).reduce((top, one) => Math.max(top, one), 0);
    return count[cell] === 0 ? NaN : total / most;
  });
}

function sumByDataset(
  train: TrainTable,
  of: "score" | "costUsd",
): { readonly sum: Float64Array; readonly count: Int32Array } {
  const m = train.models.length;
  const { data } = train[of];
  const sum = new Float64Array(train.datasets * m);
  const count = new Int32Array(train.datasets * m);
  for (let i = 0; i < train.datasetOf.length; i++) {
    for (let j = 0; j < m; j++) {
      const value = data[i * m + j]!;
      if (Number.isNaN(value)) continue;
      const cell = train.datasetOf[i]! * m + j;
      sum[cell]! += value;
      count[cell]! += 1;
    }
  }
  return { sum, count };
}

/**
 * [m] AvgAcc on the training rows: the mean over data sets of the mean score there. NaN for a model that lacks a data
 * set others were trained on; where every model lacks one, the models that cover most are compared on what they have.
 * A model that was asked part of a data set counts there by the share of the best covered model's prompts that it answered: what
 * it was not asked scores 0 when it is chosen, and a model that was only asked what is easy must not look best.
 */
export function trainAvgAcc(train: TrainTable): Float64Array {
  const m = train.models.length;
  const means = coveredMeans(train);
  const sum = new Float64Array(m);
  const covered = new Int32Array(m);
  for (const d of new Set(train.datasetOf)) {
    for (let j = 0; j < m; j++) {
      const mean = means[d * m + j]!;
      if (Number.isNaN(mean)) continue;
      sum[j]! += mean;
      covered[j]! += 1;
    }
  }
  const most = covered.reduce((top, count) => Math.max(top, count), 0);
  return sum.map((total, j) => (most > 0 && covered[j] === most ? total / most : NaN));
}
