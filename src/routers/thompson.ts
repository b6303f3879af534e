/**
 * Thompson sampling on clusters: how often each model was right in each cluster of prompts, as Beta counts that can go on
 * growing.
 *
 *   α_cj = κ·p̄_j + Σ y,  β_cj = κ·(1 − p̄_j) + Σ (1 − y)  over the training prompts of cluster c;  p̄_j = (Σy + 1)/(n + 2)
 *   frozen: quality_j = α_cj / (α_cj + β_cj), c the nearest centroid
 *   while it learns: each model's chance is drawn from Beta(α_cj, β_cj), the largest is asked, and its score y is taken in:
 *     all of cluster c is first drawn toward where it began, α ← α₀ + γ·(α − α₀), then α_cj += y, β_cj += 1 − y
 * So a model of which little is known is asked now and then, and what was learnt long ago is forgotten: drift is followed.
 * Frozen it is `avengers/uniroute` with shrinkage, which is what the table shows; `analyze online` lets it learn. Scores
 * between 0 and 1 count as parts.
 *
 * Source: Thompson, Biometrika 25, 1933; Raj & Kalyani, "Taming non-stationary bandits", 2017, arXiv 1707.09727 for γ;
 * on clusters: signalbox. Cost: fit O(n·K·d) an iteration of k-means, decide and learn O(K·d + m).
 */
import { z } from "zod";
import { estimateAt } from "../core/fitted-router.ts";
import { defineRouter } from "../core/router.ts";
import type { EstimateTable, TrainTable } from "../core/router.ts";
import { drawBeta } from "../math/beta.ts";
import { matrix, row, withColumn } from "../math/matrix.ts";
import type { Matrix, Matrix32 } from "../math/matrix.ts";
import { asRow, clustering, nearestCentroids, shrunkMeans } from "./cluster-state.ts";
import { clusterOptions, searchedClusters } from "./cluster-options.ts";
import { knownMean, requireScores } from "./joining.ts";
import { meanCostUsd } from "./mean-outcome.ts";

const options = z.strictObject({
  clusters: clusterOptions.clusters,
  restarts: clusterOptions.restarts,
  shrink: z.number().positive().default(10).describe("Pseudo-observations of a model's overall mean in every cluster"),
  discount: z.number().positive().max(1).default(0.999).describe("What a count is worth after one more prompt, online"),
});

type Options = z.infer<typeof options>;

export interface ThompsonState {
  /** [K, d] */
  readonly centroids: Matrix32;
  /** α, β [K, m] */
  readonly right: Matrix;
  readonly wrong: Matrix;
  /** α₀, β₀ [K, m]: what is left when all else is forgotten */
  readonly rightAtFirst: Matrix;
  readonly wrongAtFirst: Matrix;
  /** [K, m] outcomes learnt from; 0 in every cluster for a model nobody has seen */
  readonly support: Matrix;
  /** [K, m] mean USD a call; the model's overall mean where the cluster has none */
  readonly costUsd: Matrix;
  readonly discount: number;
}

export const thompson = defineRouter<Options, ThompsonState>({
  name: "thompson",
  summary: "Thompson sampling on clusters: Beta counts of right and wrong that can go on growing.",
  source: "Thompson, Biometrika 25, 1933; Raj & Kalyani, arXiv 1707.09727; on clusters: signalbox",
  diagnostic: true,
  needs: { embeddings: true, text: false, cost: false },
  qualityKind: "probability",
  options,
  search: { clusters: searchedClusters },

  stateShape: {
    centroids: "f32[K, d]",
    right: "f64[K, m]",
    wrong: "f64[K, m]",
    rightAtFirst: "f64[K, m]",
    wrongAtFirst: "f64[K, m]",
    support: "f64[K, m]",
    costUsd: "f64[K, m]",
    discount: z.number().positive().max(1),
  },

  fit(train, chosen, context) {
    context.signal?.throwIfAborted();
    const { centroids, labels } = clustering(train, chosen, context);
    const counts = countsOf(train.score, labels, centroids.rows, chosen.shrink);
    const costUsd = clusterCosts(train, labels, centroids.rows);
    return { centroids, ...counts, costUsd, discount: chosen.discount };
  },

  dropsModels: "exact",

  addModel(state, joining, { shrink }) {
    requireScores(joining);
    const labels = nearestCentroids(state.centroids, joining.embeddings);
    const column = (values: Float64Array): Matrix => ({ rows: values.length, cols: 1, data: values });
    const rows = state.centroids.rows;
    const counts = countsOf(column(joining.score), labels, rows, shrink);
    const overall = Float64Array.of(knownMean(joining.costUsd));
    const costUsd = shrunkMeans(column(joining.costUsd), labels, overall, 0, matrix(rows, 1));
    return {
      ...state,
      right: withColumn(state.right, counts.right.data),
      wrong: withColumn(state.wrong, counts.wrong.data),
      rightAtFirst: withColumn(state.rightAtFirst, counts.rightAtFirst.data),
      wrongAtFirst: withColumn(state.wrongAtFirst, counts.wrongAtFirst.data),
      support: withColumn(state.support, counts.support.data),
      costUsd: withColumn(state.costUsd, costUsd.data),
    };
  },

  estimate: (state, { embedding }) => estimateAt(predict(state, asRow(embedding)), 0),

  estimateMany: predict,

  online: {
    estimate(state, { embedding }, random) {
      const c = clusterOf(state, embedding);
      const wrong = row(state.wrong, c);
      const quality = row(state.right, c).map((right, j) => drawBeta(right, wrong[j]!, random));
      return { quality, costUsd: row(state.costUsd, c) };
    },

    learn(state, { embedding }, { model, score }) {
      const c = clusterOf(state, embedding);
      forget(row(state.right, c), row(state.rightAtFirst, c), state.discount);
      forget(row(state.wrong, c), row(state.wrongAtFirst, c), state.discount);
      row(state.right, c)[model]! += score;
      row(state.wrong, c)[model]! += 1 - score;
      row(state.support, c)[model]! += 1;
    },
  },
});

function forget(counts: Float64Array, atFirst: Float64Array, discount: number): void {
  for (let j = 0; j < counts.length; j++) counts[j] = atFirst[j]! + discount * (counts[j]! - atFirst[j]!);
}

function clusterOf({ centroids }: ThompsonState, embedding: Float32Array): number {
  return nearestCentroids(centroids, asRow(embedding))[0]!;
}

function predict(state: ThompsonState, queries: Matrix32): EstimateTable {
  const m = state.right.cols;
  const known = Array.from({ length: m }, (_, j) => isKnown(state.support, j));
  const quality = matrix(queries.rows, m);
  const costUsd = matrix(queries.rows, m);
  nearestCentroids(state.centroids, queries).forEach((c, i) => {
    const right = row(state.right, c);
    const wrong = row(state.wrong, c);
    // A model never observed is unknown, not even odds.
    row(quality, i).set(right.map((value, j) => (known[j] ? value / (value + wrong[j]!) : NaN)));
    row(costUsd, i).set(row(state.costUsd, c));
  });
  return { quality, costUsd };
}

/** Whether any cluster holds an outcome of model j. */
function isKnown(support: Matrix, j: number): boolean {
  for (let cell = j; cell < support.data.length; cell += support.cols) if (support.data[cell]! > 0) return true;
  return false;
}

type Counts = Pick<ThompsonState, "right" | "wrong" | "rightAtFirst" | "wrongAtFirst" | "support">;

/** Beta counts [K, m] of scores [n, m]. */
function countsOf(score: Matrix, labels: Int32Array, clusters: number, shrink: number): Counts {
  const m = score.cols;
  const empty = (): Matrix => matrix(clusters, m);
  const [right, wrong, support] = [empty(), empty(), empty()];
  const total = new Float64Array(m);
  const seen = new Float64Array(m);
  score.data.forEach((value, p) => {
    if (Number.isNaN(value)) return;
    const cell = labels[Math.floor(p / m)]! * m + (p % m);
    right.data[cell]! += value;
    wrong.data[cell]! += 1 - value;
    support.data[cell]! += 1;
    total[p % m]! += value;
    seen[p % m]! += 1;
  });
  const overall = total.map((sum, j) => (sum + 1) / (seen[j]! + 2));
  const rightAtFirst = { ...right, data: right.data.map((_, cell) => shrink * overall[cell % m]!) };
  const wrongAtFirst = { ...wrong, data: wrong.data.map((_, cell) => shrink * (1 - overall[cell % m]!)) };
  for (let cell = 0; cell < right.data.length; cell++) {
    right.data[cell]! += rightAtFirst.data[cell]!;
    wrong.data[cell]! += wrongAtFirst.data[cell]!;
  }
  return { right, wrong, rightAtFirst, wrongAtFirst, support };
}

function clusterCosts(train: TrainTable, labels: Int32Array, clusters: number): Matrix {
  return shrunkMeans(train.costUsd, labels, meanCostUsd(train), 0, matrix(clusters, train.models.length));
}
