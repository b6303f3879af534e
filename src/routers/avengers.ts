/**
 * Avengers: cluster the training prompts; send a query to the model that did best in the clusters nearest to it.
 *
 * Fit:    k-means on unit embeddings; per cluster each model's mean score, shrunk toward its overall mean
 *           Ã_cj = (N_cj·A_cj + κ·A_·j) / (N_cj + κ)
 * Decide: δ_c = 1 − q·c; over the topK nearest clusters p = softmax(−β·δ);
 *           mean: s_j = Σ_c p_c·Ã_cj      rank: s_j = Σ_c p_c / (1 + rank_cj)
 * With one cluster it is the best single model (prompt-weighted); a test holds it to that.
 *
 * Source: Zhang et al., "The Avengers", AAAI 2026, arXiv 2505.19797. Shrunken means instead of ranks are ours: ranks
 * throw margins away. Cost: fit O(n·K·d) an iteration, decide O(K·d + topK·m).
 */
import { z } from "zod";
import { estimateAt } from "../core/fitted-router.ts";
import { defineRouter } from "../core/router.ts";
import type { EstimateTable } from "../core/router.ts";
import { matrix, row } from "../math/matrix.ts";
import type { Matrix, Matrix32 } from "../math/matrix.ts";
import {
  asRow,
  blend,
  clusterReasons,
  clusterShape,
  fitClusters,
  joinClusters,
  nearestClusters,
  similarities,
} from "./cluster-state.ts";
import { clusterOptions, searchedClusters } from "./cluster-options.ts";
import type { ClusterState } from "./cluster-state.ts";
import { rankShares } from "./rank-shares.ts";

const options = z.strictObject({
  ...clusterOptions,
  aggregate: z.enum(["mean", "rank"]).default("mean").describe("Add up shrunken mean scores, or 1/(1 + rank)"),
});

type Options = z.infer<typeof options>;

export interface AvengersState extends ClusterState {
  /** [K, m] what is added up: shrunken means, or 1/(1 + rank) */
  readonly worth: Matrix;
  readonly topK: number;
  readonly beta: number;
}

export const avengers = defineRouter<Options, AvengersState>({
  name: "avengers",
  summary: "The model that did best on the training prompts of the nearest clusters.",
  source: 'Zhang et al., "The Avengers", AAAI 2026, arXiv 2505.19797',
  needs: { embeddings: true, text: false, cost: false },
  qualityKindFor: ({ aggregate }) => (aggregate === "rank" ? "rank" : "score"),
  options,
  search: { clusters: searchedClusters },
  presets: {
    reference: { clusters: 30, topK: 1, beta: 9, aggregate: "rank", shrink: 0 },
    uniroute: { topK: 1, aggregate: "mean", shrink: 0 },
  },

  stateShape: { ...clusterShape, worth: "f64[K, m]", topK: z.int().positive(), beta: z.number() },

  fit(train, chosen, context) {
    const state = fitClusters(train, chosen, context);
    const worth = chosen.aggregate === "mean" ? state.quality : rankShares(state.quality);
    return { ...state, worth, topK: chosen.topK, beta: chosen.beta };
  },

  dropsModels: "exact",

  addModel(state, joining, { shrink, aggregate }) {
    const wider = joinClusters(state, joining, shrink);
    const worth = aggregate === "mean" ? wider.quality : rankShares(wider.quality);
    return { ...state, ...wider, worth };
  },

  estimate: (state, { embedding }) => estimateAt(blendRows(state, asRow(embedding)), 0),

  estimateMany: blendRows,

  explain: (state, { embedding }) => clusterReasons(state, embedding, state.topK, state.beta),
});

function blendRows(state: AvengersState, embeddings: Matrix32): EstimateTable {
  const similarity = similarities(state.centroids, embeddings);
  const quality = matrix(embeddings.rows, state.worth.cols);
  const costUsd = matrix(embeddings.rows, state.worth.cols);
  for (let i = 0; i < embeddings.rows; i++) {
    const near = nearestClusters(row(similarity, i), state.topK, state.beta);
    blend(state.worth, near, row(quality, i));
    blend(state.costUsd, near, row(costUsd, i));
  }
  return { quality, costUsd };
}
