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
import type { Matrix, Matrix32 } from "../math/matrix.ts";
import { blend, clusterReasons, clusterShape, fitClusters, joinClusters } from "./cluster-state.ts";
import { asRow } from "./as-row.ts";
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

  stateShape: { ...clusterShape, worth: "f64[K, m]" },

  fit(train, chosen, context) {
    const state = fitClusters(train, chosen, context);
    return { ...state, worth: worthOf(state, chosen) };
  },

  dropsModels: "exact",

  addModel(state, joining, chosen) {
    const wider = joinClusters(state, joining, chosen.shrink);
    return { ...wider, worth: worthOf(wider, chosen) };
  },

  estimate: (state, { embedding }) => estimateAt(estimates(state, asRow(embedding)), 0),

  estimateMany: estimates,

  explain: clusterReasons,
});

function worthOf({ quality }: ClusterState, { aggregate }: Options): Matrix {
  return aggregate === "mean" ? quality : rankShares(quality);
}

function estimates(state: AvengersState, embeddings: Matrix32): EstimateTable {
  return blend(state, embeddings, { quality: state.worth, costUsd: state.costUsd });
}
