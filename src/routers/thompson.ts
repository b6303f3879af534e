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
import { clustering, nearestCentroids, shrunkMeans, supposedInClusters } from "./cluster-state.ts";
import { asRow } from "./as-row.ts";
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
    const outcomes = outcomesOf(train.score, labels, centroids.rows);
    const counts = startingAt(overallChances(outcomes), chosen.shrink, outcomes);
    const costUsd = clusterCosts(train, labels, centroids.rows);
    return { centroids, ...counts, costUsd, discount: chosen.discount };
  },

  dropsModels: "exact",

  addModel(state, joining, { shrink }) {
    requireScores(joining);
    const labels = nearestCentroids(state.centroids, joining.embeddings);
    const column = (values: Float64Array): Matrix => ({ rows: values.length, cols: 1, data: values });
    const rows = state.centroids.rows;
    // A Beta distribution has both counts above 0.
    const supposed = supposedInClusters(chances(state), labels, joining).map((p) => Math.min(0.99, Math.max(0.01, p)));
    const counts = startingAt(supposed, shrink, outcomesOf(column(joining.score), labels, rows));
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
  const known = knownModels(state);
  const quality = matrix(queries.rows, m);
  const costUsd = matrix(queries.rows, m);
  nearestCentroids(state.centroids, queries).forEach((c, i) => {
    for (let j = 0; j < m; j++) quality.data[i * m + j] = chanceAt(state, known, c * m + j);
    row(costUsd, i).set(row(state.costUsd, c));
  });
  return { quality, costUsd };
}

/** α / (α + β); NaN for a model never observed, which is unknown, not even odds. */
function chanceAt({ right, wrong }: ThompsonState, known: readonly boolean[], cell: number): number {
  return known[cell % right.cols] ? right.data[cell]! / (right.data[cell]! + wrong.data[cell]!) : NaN;
}

/** [K, m] */
function chances(state: ThompsonState): Matrix {
  const known = knownModels(state);
  return { ...state.right, data: state.right.data.map((_, cell) => chanceAt(state, known, cell)) };
}

/** [m] */
function knownModels({ support }: ThompsonState): boolean[] {
  return Array.from({ length: support.cols }, (_, j) => isKnown(support, j));
}

/** Whether any cluster holds an outcome of model j. */
function isKnown(support: Matrix, j: number): boolean {
  for (let cell = j; cell < support.data.length; cell += support.cols) if (support.data[cell]! > 0) return true;
  return false;
}

type Outcomes = Pick<ThompsonState, "right" | "wrong" | "support">;
type Counts = Outcomes & Pick<ThompsonState, "rightAtFirst" | "wrongAtFirst">;

/** Scores [n, m] added up, [K, m]. */
function outcomesOf(score: Matrix, labels: Int32Array, clusters: number): Outcomes {
  const m = score.cols;
  const [right, wrong, support] = [matrix(clusters, m), matrix(clusters, m), matrix(clusters, m)];
  score.data.forEach((value, p) => {
    if (Number.isNaN(value)) return;
    const cell = labels[Math.floor(p / m)]! * m + (p % m);
    right.data[cell]! += value;
    wrong.data[cell]! += 1 - value;
    support.data[cell]! += 1;
  });
  return { right, wrong, support };
}

/** p̄ [K, m], the same in every cluster. */
function overallChances({ right, support }: Outcomes): Float64Array {
  const m = right.cols;
  const sum = new Float64Array(m);
  const seen = new Float64Array(m);
  right.data.forEach((value, cell) => {
    sum[cell % m]! += value;
    seen[cell % m]! += support.data[cell]!;
  });
  return right.data.map((_, cell) => (sum[cell % m]! + 1) / (seen[cell % m]! + 2));
}

/** Counts that begin as if a model had been seen on κ prompts of each cluster, right on a share `chance` [K, m] of them. */
function startingAt(chance: Float64Array, kappa: number, { right, wrong, support }: Outcomes): Counts {
  const rightAtFirst = { ...right, data: chance.map((p) => kappa * p) };
  const wrongAtFirst = { ...wrong, data: chance.map((p) => kappa * (1 - p)) };
  const sum = (a: Matrix, b: Matrix): Matrix => ({ ...a, data: a.data.map((value, cell) => value + b.data[cell]!) });
  return { right: sum(right, rightAtFirst), wrong: sum(wrong, wrongAtFirst), rightAtFirst, wrongAtFirst, support };
}

function clusterCosts(train: TrainTable, labels: Int32Array, clusters: number): Matrix {
  return shrunkMeans(train.costUsd, labels, meanCostUsd(train), 0, matrix(clusters, train.models.length));
}
