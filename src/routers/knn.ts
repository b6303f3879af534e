/**
 * Nearest neighbours: a model's expected score is its mean score on the k most similar training prompts, shrunk toward
 * its overall mean:
 *   quality_j = (Σ_{i∈N} w_i·Y_ij + κ·Ȳ_j) / (Σ_{i∈N, observed} w_i + κ), cost likewise.
 * The weights are a softmax over cosines by default, so that a small data set is not drowned by far neighbours of others
 * (docs/decisions/0010). Means, never majority votes: a vote rounds quality to 0 or 1 and loses 5–13 points (the preset `vote` shows it; `best-label`, a vote on
 * each neighbour's best model, loses too).
 *
 * Source: the KNN baseline of Zhuang et al., "EmbedLLM", ICLR 2025, arXiv 2410.02223; shrinkage is ours.
 * Cost: fit stores the data, decide O(n·d).
 */
import { z } from "zod";
import { estimateAt } from "../core/fitted-router.ts";
import { defineRouter } from "../core/router.ts";
import type { EstimateTable, Reason } from "../core/router.ts";
import { matrix, row, withColumn } from "../math/matrix.ts";
import type { Matrix, Matrix32 } from "../math/matrix.ts";
import { asRow } from "./as-row.ts";
import { knownMean, newcomerPrior, requireScores, supposedAt, trainingRowsOf, withValue } from "./joining.ts";
import { meanCostUsd, meanScore } from "./mean-outcome.ts";
import { nearestNeighbours } from "./neighbours.ts";
import type { Neighbours } from "./neighbours.ts";

const options = z.strictObject({
  k: z.int().positive().default(80).describe("How many neighbours"),
  weights: z.enum(["uniform", "softmax"]).default("softmax").describe("Equal weights, or by cosine at `temperature`"),
  temperature: z.number().positive().default(0.1).describe("Of the softmax over cosines"),
  shrink: z.number().nonnegative().default(10).describe("Pseudo-neighbours pulling toward the overall mean"),
  aggregate: z
    .enum(["mean", "vote", "best-label"])
    .default("mean")
    .describe("Mean score, the majority of right and wrong, or the share of neighbours on which the model was best"),
});

type Options = z.infer<typeof options>;

export interface KnnState {
  /** [n, d] unit vectors of the training prompts */
  readonly points: Matrix32;
  /** [n, m] NaN = not collected */
  readonly score: Matrix;
  readonly costUsd: Matrix;
  /** [m] of a model that joined: the constant of its prior (joining.ts) */
  readonly meanScore: Float64Array;
  readonly meanCostUsd: Float64Array;
  /** [m] what of the pool's quality near a query is supposed of a model that joined, beside its `meanScore`; else 0 */
  readonly poolShare: Float64Array;
  readonly options: Options;
}

/** What loading checks of a state. */
export const knnShape = {
  points: "f32[n, d]",
  score: "f64[n, m]",
  costUsd: "f64[n, m]",
  meanScore: "f64[m]",
  meanCostUsd: "f64[m]",
  poolShare: "f64[m]",
  options,
} as const;

export const knn = defineRouter<Options, KnnState>({
  name: "knn",
  summary: "The model that did best on the most similar training prompts.",
  source: 'Zhuang et al., "EmbedLLM" (KNN baseline), ICLR 2025, arXiv 2410.02223',
  needs: { embeddings: true, text: false, cost: false },
  qualityKindFor: ({ aggregate }) => (aggregate === "mean" ? "score" : "rank"),
  options,
  search: { k: [250, 130, 80, 40, 20] },
  presets: {
    uniform: { weights: "uniform" },
    vote: { k: 131, weights: "uniform", aggregate: "vote", shrink: 0 },
    routerbench: { k: 50, weights: "uniform", shrink: 0 },
    "best-label": { k: 5, weights: "uniform", aggregate: "best-label", shrink: 0 },
    "carrot-knn": { weights: "uniform", shrink: 0 },
  },

  stateShape: knnShape,

  fit: (train, chosen) => ({
    points: train.embeddings,
    score: train.score,
    costUsd: train.costUsd,
    meanScore: meanScore(train),
    meanCostUsd: meanCostUsd(train),
    poolShare: new Float64Array(train.models.length),
    options: chosen,
  }),

  dropsModels: "exact",

  // Only prompts among the neighbours can speak for the model; elsewhere it is supposed to be as far above the pool as
  // where it was tried.
  addModel(state, joining) {
    requireScores(joining);
    const [score, costUsd] = [
      new Float64Array(state.points.rows).fill(NaN),
      new Float64Array(state.points.rows).fill(NaN),
    ];
    const at = trainingRowsOf(state.points, joining);
    const prior = newcomerPrior(
      joining,
      Float64Array.from(at, (r) => (r < 0 ? NaN : knownMean(row(state.score, r)))),
    );
    at.forEach((r, i) => {
      if (r < 0) return;
      score[r] = joining.score[i]!;
      costUsd[r] = joining.costUsd[i]!;
    });
    return {
      ...state,
      score: withColumn(state.score, score),
      costUsd: withColumn(state.costUsd, costUsd),
      meanScore: withValue(state.meanScore, prior.constant),
      poolShare: withValue(state.poolShare, prior.share),
      meanCostUsd: withValue(state.meanCostUsd, knownMean(joining.costUsd)),
    };
  },

  estimate: (state, { embedding }) => estimateAt(estimateRows(state, asRow(embedding)), 0),

  estimateMany: estimateRows,

  explain(state, { embedding }): Reason[] {
    const { rows, cosines } = nearestNeighbours(state.points, asRow(embedding), state.options.k);
    return Array.from(rows, (i, r) => ({
      label: `training prompt ${i}`,
      weight: cosines[r]!,
      quality: row(state.score, i),
      support: 1,
    }));
  },
});

function estimateRows(state: KnnState, queries: Matrix32): EstimateTable {
  const neighbours = nearestNeighbours(state.points, queries, state.options.k);
  const m = state.score.cols;
  const out = { quality: matrix(queries.rows, m), costUsd: matrix(queries.rows, m) };
  for (let i = 0; i < queries.rows; i++) {
    const near = { ...neighbours, from: i * neighbours.k, weights: neighbourWeights(neighbours, i, state.options) };
    if (state.options.aggregate === "best-label") bestShares(state, near, row(out.quality, i));
    else meanScores(state, near, row(out.quality, i));
    shrunkMeans(state.costUsd, near, state.meanCostUsd, state.options.shrink, row(out.costUsd, i));
  }
  if (state.options.aggregate === "vote")
    out.quality.data.forEach((q, cell) => (out.quality.data[cell] = q >= 0.5 ? 1 : 0));
  return out;
}

/** The k neighbours of one query, from place `from` of `rows` on, and their weights [k]. */
interface Near {
  readonly k: number;
  readonly from: number;
  readonly rows: Int32Array;
  readonly weights: Float64Array;
}

/** Quality near a query; a model that joined is judged when that of the others is known. */
function meanScores(
  { score, meanScore: known, poolShare, options: { shrink } }: KnnState,
  near: Near,
  out: Float64Array,
): void {
  shrunkMeans(score, near, known, shrink, out);
  if (!poolShare.some((share) => share > 0)) return;
  const pool = knownMean(out.filter((_, j) => poolShare[j] === 0));
  poolShare.forEach((share, j) => {
    if (share > 0) out[j] = shrunkMean(score, near, j, supposedAt({ constant: known[j]!, share }, pool), shrink);
  });
}

/** [k] weights that sum to k, so that κ counts in neighbours whatever the weighting. */
function neighbourWeights({ k, cosines }: Neighbours, i: number, { weights, temperature }: Options): Float64Array {
  const out = new Float64Array(k).fill(1);
  if (weights === "uniform") return out;
  const nearest = cosines[i * k]!;
  let total = 0;
  for (let r = 0; r < k; r++) {
    out[r] = Math.exp((cosines[i * k + r]! - nearest) / temperature);
    total += out[r]!;
  }
  for (let r = 0; r < k; r++) out[r] = (out[r]! * k) / total;
  return out;
}

/**
 * The weight of the neighbours on which each model was the best, in shares; models that tie for it share the vote, where
 * LLMRouter's `idxmax` gives it to the first in the file. A weak reference: by how much it was best, and how good the others
 * were, is thrown away.
 */
function bestShares({ score, meanScore: known }: KnnState, { k, from, rows, weights }: Near, out: Float64Array): void {
  for (let r = 0; r < k; r++) {
    const of = row(score, rows[from + r]!);
    const best = of.reduce((top, value) => (value > top ? value : top), -Infinity);
    const tied = of.reduce((count, value) => (value === best ? count + 1 : count), 0);
    for (let j = 0; j < out.length; j++) if (of[j] === best) out[j]! += weights[r]! / (k * tied);
  }
  // A model never observed is unknown, not the worst.
  for (let j = 0; j < out.length; j++) if (Number.isNaN(known[j]!)) out[j] = NaN;
}

function shrunkMeans(values: Matrix, near: Near, prior: Float64Array, kappa: number, out: Float64Array): void {
  for (let j = 0; j < out.length; j++) out[j] = shrunkMean(values, near, j, prior[j]!, kappa);
}

/**
 * Of column j. Column by column: a neighbour's row lies anywhere in memory, and so the processor waits for many rows at once
 * instead of for one after the other, three times as fast.
 */
function shrunkMean(
  { data, cols }: Matrix,
  { k, from, rows, weights }: Near,
  j: number,
  prior: number,
  kappa: number,
): number {
  let sum = 0;
  let seen = 0;
  for (let r = 0; r < k; r++) {
    const value = data[rows[from + r]! * cols + j]!;
    if (value !== value) continue; // NaN: not collected
    sum += weights[r]! * value;
    seen += weights[r]!;
  }
  const known = seen + kappa > 0 && (kappa === 0 || !Number.isNaN(prior));
  return known ? (sum + (kappa === 0 ? 0 : kappa * prior)) / (seen + kappa) : prior;
}
