/**
 * UniRoute: a model is what it scores in each of K clusters of prompts, a query is the clusters it belongs to.
 *
 *   quality_j = Σ_c p_c·Ã_cj,  Ã_cj the shrunken mean score of model j in cluster c (as in avengers)
 *   map nearest: p is 1 for the nearest centroid: avengers with topK 1 and means; a test holds it to that
 *   map learned: p = softmax(W·(q − μ) + b), trained by L-BFGS on
 *     mean over observed pairs of BCE(quality, y) + ½·l2·‖W − W₀‖²,  W₀ = 30·(centroids − μ): the map starts from k-means
 * Ã stays fixed while W is learnt, so a model joins by its scores alone: that is what the method is for. The penalty toward
 * k-means instead of 0 is ours. The mean is folded into the bias.
 *
 * Source: Jitkrittum et al., "Universal model routing for efficient LLM inference", arXiv 2502.08773, the learned cluster
 * map. Cost: k-means, then O(n·K·(d + m)) an evaluation, a hundred or so; decide O(K·(d + m)).
 */
import { z } from "zod";
import { estimateAt } from "../core/fitted-router.ts";
import { defineRouter } from "../core/router.ts";
import type { EstimateTable, FitContext, TrainTable } from "../core/router.ts";
import { dots } from "../math/dots.ts";
import { minimise } from "../math/lbfgs.ts";
import { matrix, matrix32, row } from "../math/matrix.ts";
import type { Matrix, Matrix32 } from "../math/matrix.ts";
import { transposed } from "../math/transposed.ts";
import { fitClusters, joinClusters } from "./cluster-state.ts";
import { asRow } from "./as-row.ts";
import { clusterOptions } from "./cluster-options.ts";
import { centredEmbeddings, foldMean } from "./probe.ts";
import { columnsById } from "./training-batches.ts";

const options = z.strictObject({
  map: z.enum(["nearest", "learned"]).default("learned").describe("The nearest cluster, or learnt shares of them all"),
  clusters: clusterOptions.clusters,
  shrink: clusterOptions.shrink,
  restarts: clusterOptions.restarts,
  l2: z.number().positive().default(1e-1).describe("Penalty of what the learnt map has moved from where it starts"),
});

type Options = z.infer<typeof options>;

export interface UniRouteState {
  readonly map: Options["map"];
  /** W [K, d]; the centroids where the nearest counts */
  readonly weights: Matrix32;
  /** [K] with the mean folded in */
  readonly bias: Float64Array;
  /** [K, d] where a joining model's prompts belong */
  readonly centroids: Matrix32;
  /** Ã [K, m] */
  readonly quality: Matrix;
  readonly costUsd: Matrix;
  readonly support: Matrix;
}

export const uniRoute = defineRouter<Options, UniRouteState>({
  name: "uniroute",
  summary: "Each model's scores in clusters of prompts, weighed by a learnt map from the query to the clusters.",
  source: 'Jitkrittum et al., "Universal model routing for efficient LLM inference", arXiv 2502.08773',
  diagnostic: true,
  needs: { embeddings: true, text: false, cost: false },
  options,
  search: ({ map }) => ({ clusters: [16, 32], ...(map !== "nearest" && { l2: [1, 1e-1, 1e-4] }) }),
  presets: { nearest: { map: "nearest", shrink: 0 } },

  stateShape: {
    map: z.enum(["nearest", "learned"]),
    weights: "f32[K, d]",
    bias: "f64[K]",
    centroids: "f32[K, d]",
    quality: "f64[K, m]",
    costUsd: "f64[K, m]",
    support: "f64[K, m]",
  },

  fit(train, chosen, context) {
    const state = fitClusters(train, { ...chosen, topK: 1, beta: 1 }, context);
    const { centroids, quality, costUsd, support } = state;
    const { weights, bias } =
      chosen.map === "learned"
        ? learnMap(train, { centroids, quality }, chosen.l2, context)
        : { weights: centroids, bias: new Float64Array(centroids.rows) };
    return { map: chosen.map, weights, bias, centroids, quality, costUsd, support };
  },

  dropsModels: "exact",

  addModel(state, joining, { shrink }) {
    const { quality, costUsd, support } = joinClusters({ ...state, topK: 1, beta: 1 }, joining, shrink);
    return { ...state, quality, costUsd, support };
  },

  estimate: (state, { embedding }) => estimateAt(predict(state, asRow(embedding)), 0),

  estimateMany: predict,
});

function predict(state: UniRouteState, queries: Matrix32): EstimateTable {
  const logits = dots(queries, state.weights);
  const m = state.quality.cols;
  const out = { quality: matrix(queries.rows, m), costUsd: matrix(queries.rows, m) };
  for (let i = 0; i < queries.rows; i++) {
    const own = Float64Array.from(row(logits, i), (value, c) => value + state.bias[c]!);
    const shares = state.map === "learned" ? softmax(own) : onlyLargest(own);
    addShares(state.quality, shares, row(out.quality, i));
    addShares(state.costUsd, shares, row(out.costUsd, i));
  }
  return out;
}

/** Σ_c p_c · values[c, j]; clusters without a share are left out, so that it is exact for one. */
function addShares(values: Matrix, shares: Float64Array, out: Float64Array): void {
  shares.forEach((share, c) => {
    if (share === 0) return;
    for (let j = 0; j < out.length; j++) out[j]! += share * values.data[c * out.length + j]!;
  });
}

function softmax(values: Float64Array): Float64Array {
  const largest = values.reduce((top, value) => Math.max(top, value), -Infinity);
  const raw = values.map((value) => Math.exp(value - largest));
  const total = raw.reduce((sum, value) => sum + value, 0);
  return raw.map((value) => value / total);
}

function onlyLargest(values: Float64Array): Float64Array {
  const largest = values.indexOf(values.reduce((top, value) => Math.max(top, value), -Infinity));
  return values.map((_, c) => (c === largest ? 1 : 0));
}

/** How much sharper than the cosine the map is at first: nearly all weight on one or two clusters. */
const firstSharpness = 30;
const mostSteps = 100;

function learnMap(
  train: TrainTable,
  { centroids, quality }: Pick<UniRouteState, "centroids" | "quality">,
  l2: number,
  context: FitContext,
): Pick<UniRouteState, "weights" | "bias"> {
  const { matrix: rows, mean } = centredEmbeddings(train, context);
  const { rows: clusters, cols: d } = centroids;
  const start = matrix32(clusters, d);
  centroids.data.forEach((value, p) => (start.data[p] = firstSharpness * (value - mean[p % d]!)));
  // Models in order of id: a table's own order changes nothing.
  const columns = columnsById(train);
  const data: MapData = { rows, across: transposed(rows), score: inOrder(train.score, columns), start, l2 };
  const worth = inOrder(quality, columns);
  const at = new Float64Array(clusters * d + clusters);
  at.set(start.data);
  const { x } = minimise((point, slope) => mapLoss(data, worth, point, slope), at, {
    maxIterations: mostSteps,
    tolerance: 1e-3,
    ...(context.signal && { signal: context.signal }),
  });
  const weights = { ...start, data: Float32Array.from(x.subarray(0, clusters * d)) };
  return foldMean({ weights, bias: x.slice(clusters * d) }, mean);
}

function inOrder({ rows, cols, data }: Matrix, columns: Int32Array): Matrix {
  const out = matrix(rows, cols);
  for (let i = 0; i < rows; i++) columns.forEach((column, j) => (out.data[i * cols + j] = data[i * cols + column]!));
  return out;
}

export interface MapData {
  /** [n, d] */
  readonly rows: Matrix32;
  /** its transpose [d, n] */
  readonly across: Matrix32;
  /** [n, m] NaN = not observed */
  readonly score: Matrix;
  /** W₀ [K, d] */
  readonly start: Matrix32;
  readonly l2: number;
}

/** A mean of 0 or 1 would make a surprise infinite. */
const leastChance = 1e-3;

/** The loss at `point`, W [K, d] then b [K], and its slope. `worth` Ã [K, m]. */
export function mapLoss(data: MapData, worth: Matrix, point: Float64Array, slope: Float64Array): number {
  const { rows, across, score, start, l2 } = data;
  const clusters = worth.rows;
  const size = start.data.length;
  const chances = worth.data.map((value) => leastChance + (1 - 2 * leastChance) * (Number.isNaN(value) ? 0.5 : value));
  const logits = dots(rows, { ...start, data: Float32Array.from(point.subarray(0, size)) });
  const observed = score.data.reduce((count, y) => (Number.isNaN(y) ? count : count + 1), 0);
  const residuals = matrix32(clusters, rows.rows);
  let loss = 0;
  slope.fill(0);
  for (let i = 0; i < rows.rows; i++) {
    const shares = softmax(Float64Array.from(row(logits, i), (value, c) => value + point[size + c]!));
    const { lost, pull } = surprise(shares, { ...worth, data: chances }, row(score, i), 1 / Math.max(1, observed));
    loss += lost;
    const mean = shares.reduce((sum, share, c) => sum + share * pull[c]!, 0);
    shares.forEach((share, c) => {
      const own = share * (pull[c]! - mean);
      residuals.data[c * rows.rows + i] = own;
      slope[size + c]! += own;
    });
  }
  const ofWeights = dots(residuals, across).data;
  for (let p = 0; p < size; p++) {
    const moved = point[p]! - start.data[p]!;
    loss += (l2 / 2) * moved * moved;
    slope[p] = ofWeights[p]! + l2 * moved;
  }
  return loss;
}

/** One prompt's weighed cross-entropy, and its slope by each cluster's share [K]. */
function surprise(
  shares: Float64Array,
  chances: Matrix,
  score: Float64Array,
  weight: number,
): { readonly lost: number; readonly pull: Float64Array } {
  const expected = new Float64Array(score.length);
  addShares(chances, shares, expected);
  let lost = 0;
  const ofExpected = expected.map((chance, j) => {
    const y = score[j]!;
    if (Number.isNaN(y)) return 0;
    lost -= weight * (y * Math.log(chance) + (1 - y) * Math.log(1 - chance));
    return (weight * (chance - y)) / (chance * (1 - chance));
  });
  const pull = shares.map((_, c) => row(chances, c).reduce((sum, value, j) => sum + value * ofExpected[j]!, 0));
  return { lost, pull };
}
