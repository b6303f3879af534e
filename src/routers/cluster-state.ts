/**
 * What the two cluster routers share: training prompts cut into clusters, and per cluster each model's mean score and
 * cost; a query is weighed over its nearest clusters.
 */
import { z } from "zod";
import type { FitContext, JoiningModel, Reason, RouterQuery, TrainTable } from "../core/router.ts";
import { dots } from "../math/dots.ts";
import { kMeans } from "../math/kmeans.ts";
import type { KMeansResult } from "../math/kmeans.ts";
import { matrix, row, withColumn } from "../math/matrix.ts";
import type { Matrix, Matrix32 } from "../math/matrix.ts";
import type { ClusterOptions } from "./cluster-options.ts";
import { knownMean, newcomerPrior, requireScores, supposedAt } from "./joining.ts";
import { meanCostUsd, meanScore } from "./mean-outcome.ts";
import { asRow } from "./as-row.ts";

export interface ClusterState {
  /** [K, d] means of the unit vectors of each cluster, not re-normalised */
  readonly centroids: Matrix32;
  /** [K, m] mean score, shrunk toward the model's overall mean by `shrink` pseudo-observations */
  readonly quality: Matrix;
  /** [K, m] mean USD per call; the model's overall mean where the cluster has none */
  readonly costUsd: Matrix;
  /** [K, m] observations */
  readonly support: Matrix;
  /** how many of the nearest clusters a query is weighed over, and how sharply */
  readonly topK: number;
  readonly beta: number;
}

/** What loading checks of a cluster state. */
export const clusterShape = {
  centroids: "f32[K, d]",
  quality: "f64[K, m]",
  costUsd: "f64[K, m]",
  support: "f64[K, m]",
  topK: z.int().positive(),
  beta: z.number(),
} as const;

/** Clusters and their mean outcomes. */
export function fitClusters(
  train: TrainTable,
  { clusters, shrink, restarts, topK, beta }: ClusterOptions,
  context: FitContext,
): ClusterState {
  const { centroids, labels } = clustering(train, { clusters, restarts }, context);
  const support = matrix(centroids.rows, train.models.length);
  const quality = shrunkMeans(train.score, labels, meanScore(train), shrink, support);
  const costSupport = matrix(support.rows, support.cols);
  const costUsd = shrunkMeans(train.costUsd, labels, meanCostUsd(train), 0, costSupport);
  return { centroids, quality, costUsd, support, topK, beta };
}

/** The clusters with one more model: each of its prompts counts in the nearest cluster. */
export function joinClusters(state: ClusterState, joining: JoiningModel, shrink: number): ClusterState {
  requireScores(joining);
  const labels = nearestCentroids(state.centroids, joining.embeddings);
  const support = matrix(state.centroids.rows, 1);
  const quality = newcomerInClusters(state.quality, labels, joining, shrink, support);
  const meanCost = Float64Array.of(knownMean(joining.costUsd));
  const costUsd = shrunkMeans(
    { rows: labels.length, cols: 1, data: joining.costUsd },
    labels,
    meanCost,
    0,
    matrix(support.rows, 1),
  );
  return {
    centroids: state.centroids,
    quality: withColumn(state.quality, quality),
    costUsd: withColumn(state.costUsd, costUsd.data),
    support: withColumn(state.support, support.data),
    topK: state.topK,
    beta: state.beta,
  };
}

/**
 * [K] a newcomer's mean score in each cluster, drawn toward what is supposed of it there by κ prompts. Fills `count` [K, 1]
 * with its prompts.
 */
export function newcomerInClusters(
  quality: Matrix,
  labels: Int32Array,
  joining: JoiningModel,
  kappa: number,
  count: Matrix,
): Float64Array {
  const supposed = supposedInClusters(quality, labels, joining);
  const beyond = joining.score.map((y, i) => y - supposed[labels[i]!]!);
  const lead = shrunkMeans({ rows: beyond.length, cols: 1, data: beyond }, labels, Float64Array.of(0), kappa, count);
  return supposed.map((value, c) => value + lead.data[c]!);
}

/** [K] what a newcomer is supposed to score in each cluster before its labels there, from the pool's quality [K, m]. */
export function supposedInClusters(quality: Matrix, labels: Int32Array, joining: JoiningModel): Float64Array {
  const pool = Float64Array.from({ length: quality.rows }, (_, c) => knownMean(row(quality, c)));
  const prior = newcomerPrior(
    joining,
    Float64Array.from(labels, (c) => pool[c]!),
  );
  return pool.map((value) => supposedAt(prior, value));
}

/** [n] the centroid each point belongs to, as k-means counts it: least ‖q − c‖², which is greatest q·c − ½‖c‖². */
export function nearestCentroids(centroids: Matrix32, points: Matrix32): Int32Array {
  const similarity = similarities(centroids, points);
  const half = halfSquares(centroids);
  return Int32Array.from({ length: points.rows }, (_, i) => {
    const nearness = row(similarity, i).map((value, c) => value - half[c]!);
    return nearness.indexOf(nearness.reduce((best, value) => Math.max(best, value), -Infinity));
  });
}

/** Squares of centroids cost as much as their products with a query, so they are kept. */
const keptHalfSquares = new WeakMap<Matrix32, Float64Array>();

/** [K] ½‖c‖² */
function halfSquares(centroids: Matrix32): Float64Array {
  const kept = keptHalfSquares.get(centroids);
  if (kept) return kept;
  const half = Float64Array.from({ length: centroids.rows }, (_, c) =>
    row(centroids, c).reduce((sum, value) => sum + (value * value) / 2, 0),
  );
  keptHalfSquares.set(centroids, half);
  return half;
}

/** The training prompts in clusters, computed once for every router that asks for as many. */
export function clustering(
  train: Pick<TrainTable, "embeddings">,
  { clusters, restarts }: { clusters: number; restarts: number },
  context: FitContext,
): KMeansResult {
  return context.shared(`kmeans ${clusters} ${restarts}`, () => {
    const options = { clusters, restarts, ...(context.signal && { signal: context.signal }) };
    return kMeans(train.embeddings, options, (restart) => context.random("kmeans", clusters, restart));
  });
}

/**
 * (Σ values + κ·overall) / (count + κ) per cluster and column; the overall mean where there is nothing.
 * Fills `count` [K, m] with the observations behind each cell.
 */
export function shrunkMeans(
  values: Matrix,
  labels: Int32Array,
  overall: Float64Array,
  kappa: number,
  count: Matrix,
): Matrix {
  const m = values.cols;
  const sum = matrix(count.rows, m);
  for (let i = 0; i < values.rows; i++) {
    for (let j = 0; j < m; j++) {
      const value = values.data[i * m + j]!;
      if (Number.isNaN(value)) continue;
      sum.data[labels[i]! * m + j]! += value;
      count.data[labels[i]! * m + j]! += 1;
    }
  }
  const data = sum.data.map((total, cell) => {
    const seen = count.data[cell]!;
    const prior = overall[cell % m]!;
    if (seen === 0) return prior;
    return kappa === 0 ? total / seen : (total + kappa * prior) / (seen + kappa);
  });
  return { rows: count.rows, cols: m, data };
}

/** The `topK` nearest clusters and their weights p = softmax(−β·(1 − q·c)); they sum to 1. */
export interface Nearest {
  readonly clusters: Int32Array;
  readonly weights: Float64Array;
}

/** Similarities [n, K] of queries to centroids; one row per query, the same bits for one query or many. */
export function similarities(centroids: Matrix32, queries: Matrix32): Matrix32 {
  return dots(queries, centroids);
}

/** Nearest clusters of one row of similarities; ties go to the lower cluster. */
export function nearestClusters(similarity: Float32Array, topK: number, beta: number): Nearest {
  const count = Math.min(topK, similarity.length);
  const clusters = new Int32Array(count);
  const taken = new Uint8Array(similarity.length);
  for (let r = 0; r < count; r++) {
    let top = -1;
    for (let c = 0; c < similarity.length; c++) {
      if (taken[c] === 0 && (top < 0 || similarity[c]! > similarity[top]!)) top = c;
    }
    taken[top] = 1;
    clusters[r] = top;
  }
  const first = similarity[clusters[0]!]!;
  const weights = Float64Array.from(clusters, (c) => Math.exp(beta * (similarity[c]! - first)));
  const total = weights.reduce((sum, w) => sum + w, 0);
  return { clusters, weights: weights.map((w) => w / total) };
}

/** The clusters that one query is weighed over. */
export function nearestTo({ centroids, topK, beta }: ClusterState, embedding: Float32Array): Nearest {
  return nearestClusters(similarities(centroids, asRow(embedding)).data, topK, beta);
}

/** Each of the values [K, m] weighed over the clusters near each query: Σ_c p_c · values[c, j]. [n, m] */
export function blend<Name extends string>(
  { centroids, topK, beta }: ClusterState,
  embeddings: Matrix32,
  values: Readonly<Record<Name, Matrix>>,
): Record<Name, Matrix> {
  const similarity = similarities(centroids, embeddings);
  const near = Array.from({ length: embeddings.rows }, (_, i) => nearestClusters(row(similarity, i), topK, beta));
  const blended = Object.entries<Matrix>(values).map(([name, each]) => {
    const out = matrix(embeddings.rows, each.cols);
    near.forEach((weighed, i) => addBlend(each, weighed, row(out, i)));
    return [name, out];
  });
  return Object.fromEntries(blended) as Record<Name, Matrix>;
}

function addBlend(values: Matrix, { clusters, weights }: Nearest, out: Float64Array): void {
  clusters.forEach((c, r) => {
    const weight = weights[r]!;
    const line = row(values, c);
    for (let j = 0; j < out.length; j++) out[j]! += weight * line[j]!;
  });
}

/** The clusters behind a decision, nearest first. */
export function clusterReasons(state: ClusterState, { embedding }: RouterQuery): Reason[] {
  const near = nearestTo(state, embedding);
  return Array.from(near.clusters, (c, r) => ({
    label: `cluster ${c}`,
    weight: near.weights[r]!,
    quality: row(state.quality, c),
    support: Math.max(...row(state.support, c)),
  }));
}
