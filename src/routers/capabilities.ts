/** What each model can do: its shrunken mean score on every group of prompts. */
import type { FitContext, JoiningModel, TrainTable } from "../core/router.ts";
import { matrix, matrix32, row } from "../math/matrix.ts";
import type { Matrix, Matrix32 } from "../math/matrix.ts";
import { clustering, nearestCentroids, newcomerInClusters, shrunkMeans } from "./cluster-state.ts";
import { requireScores } from "./joining.ts";
import { meanScore } from "./mean-outcome.ts";

/** Prompts in groups: the group of every training row [n] and the middle of every group [G, d]. */
export interface PromptGroups {
  readonly groupOf: Int32Array;
  readonly centroids: Matrix32;
}

const restarts = 10;

/** By k-means on the embeddings, or by the data set a prompt comes from. */
export function promptGroups(
  train: TrainTable,
  { groups, clusters }: { groups: "clusters" | "datasets"; clusters: number },
  context: FitContext,
): PromptGroups {
  if (groups === "clusters") {
    const { labels, centroids } = clustering(train, { clusters, restarts }, context);
    return { groupOf: labels, centroids };
  }
  const present = [...new Set(train.datasetOf)].toSorted((a, b) => a - b);
  const groupOf = train.datasetOf.map((dataset) => present.indexOf(dataset));
  return { groupOf, centroids: groupMeans(train.embeddings, groupOf, present.length) };
}

/** The mean of the rows of each group. [G, d] */
export function groupMeans(rows: Matrix32, groupOf: Int32Array, groups: number): Matrix32 {
  const sums = matrix(groups, rows.cols);
  const count = new Int32Array(groups);
  groupOf.forEach((group, i) => {
    const into = row(sums, group);
    row(rows, i).forEach((value, c) => (into[c]! += value));
    count[group]! += 1;
  });
  const out = matrix32(groups, rows.cols);
  sums.data.forEach((sum, p) => (out.data[p] = sum / Math.max(1, count[Math.floor(p / rows.cols)]!)));
  return out;
}

/**
 * κ [m, G]: mean scores shrunk toward each model's overall mean; NaN for a model without a score.
 * @param hidden [n] 1 = a row that must not be looked at
 */
export function capabilitiesOf(
  train: TrainTable,
  { groupOf, centroids }: PromptGroups,
  shrink: number,
  hidden?: Uint8Array,
): Matrix {
  const m = train.models.length;
  const data = train.score.data.map((value, cell) => (hidden?.[Math.floor(cell / m)] === 1 ? NaN : value));
  const seen = { ...train, score: { ...train.score, data } };
  const means = shrunkMeans(seen.score, groupOf, meanScore(seen), shrink, matrix(centroids.rows, m));
  const out = matrix(m, centroids.rows);
  means.data.forEach((value, cell) => (out.data[(cell % m) * out.cols + Math.floor(cell / m)] = value));
  return out;
}

/**
 * κ [1, G] of a model that joins: each scored prompt counts in the group nearest to it, and a group of few prompts is
 * drawn toward what is supposed of the newcomer there (joining.ts).
 * @throws FitError when not one prompt is scored.
 */
export function joiningCapabilities(
  { centroids, capabilities }: { readonly centroids: Matrix32; readonly capabilities: Matrix },
  joining: JoiningModel,
  shrink: number,
): Matrix {
  requireScores(joining);
  const { rows: m, cols: groups, data } = capabilities;
  const byGroup = matrix(groups, m);
  data.forEach((value, cell) => (byGroup.data[(cell % groups) * m + Math.floor(cell / groups)] = value));
  const labels = nearestCentroids(centroids, joining.embeddings);
  const means = newcomerInClusters(byGroup, labels, joining, shrink, matrix(groups, 1));
  return { rows: 1, cols: groups, data: means };
}

/** The mean of each capability over the models that have it, and its spread (1 where all are alike). [G] each */
export interface CapabilityScale {
  readonly middle: Float64Array;
  readonly spread: Float64Array;
}

export function scaleOf({ rows, cols, data }: Matrix): CapabilityScale {
  const middle = new Float64Array(cols);
  const spread = new Float64Array(cols).fill(1);
  for (let g = 0; g < cols; g++) {
    const known = Float64Array.from({ length: rows }, (_, j) => data[j * cols + g]!).filter((v) => !Number.isNaN(v));
    if (known.length === 0) continue;
    const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
    const variance = known.reduce((sum, value) => sum + (value - mean) ** 2, 0) / known.length;
    middle[g] = mean;
    // Where all models are alike, rounding is not to be blown up into a difference.
    if (variance > 1e-12) spread[g] = Math.sqrt(variance);
  }
  return { middle, spread };
}

/** κ̃: capabilities [m, G] on this scale; 0 for a model without a score. */
export function standardised({ rows, cols, data }: Matrix, { middle, spread }: CapabilityScale): Matrix32 {
  const out = matrix32(rows, cols);
  data.forEach((value, p) => {
    const g = p % cols;
    out.data[p] = Number.isNaN(value) ? 0 : (value - middle[g]!) / spread[g]!;
  });
  return out;
}
