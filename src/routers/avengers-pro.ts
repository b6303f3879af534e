/**
 * Avengers-Pro: as Avengers, but each cluster weighs normalised score against normalised cost.
 *
 *   p̃ = (p − p_min)/(p_max − p_min) over the models of a cluster, 1 when all are equal
 *   cheapness = 1 − c̄/c̄_max  ("max", the reference)   or   1 − (c̄ − c̄_min)/(c̄_max − c̄_min)  ("minmax", the paper)
 *   balance = α·p̃ + (1−α)·cheapness, α chosen at decision time: one fit serves every α
 *   sum: s_j = Σ_c p_c·balance_cj      rank: s_j = Σ_c p_c / (1 + rank of balance_cj)
 * With `sum` the aggregated normalised cost of the choice never rises as α falls.
 *
 * Source: Zhang et al., "Beyond GPT-5", DAI 2025, arXiv 2508.12631. Shrinkage is ours.
 */
import { z } from "zod";
import { estimateAt } from "../core/fitted-router.ts";
import { pick, tieOrder } from "../core/pick.ts";
import type { TieOrder } from "../core/pick.ts";
import { defineRouter } from "../core/router.ts";
import type { EstimateTable } from "../core/router.ts";
import { matrix, row } from "../math/matrix.ts";
import type { Matrix, Matrix32 } from "../math/matrix.ts";
import { blend, clusterReasons, clusterShape, fitClusters, nearestTo } from "./cluster-state.ts";
import { asRow } from "./as-row.ts";
import { clusterOptions, searchedClusters } from "./cluster-options.ts";
import type { ClusterState } from "./cluster-state.ts";
import { requireMeanCostUsd } from "./mean-outcome.ts";
import { rankRow } from "./rank-shares.ts";

const options = z.strictObject({
  ...clusterOptions,
  costNorm: z.enum(["minmax", "max"]).default("minmax").describe("How a cluster's costs are scaled to 0 … 1"),
  aggregate: z.enum(["sum", "rank"]).default("sum").describe("Add up balances, or 1/(1 + rank of the balance)"),
});

type Options = z.infer<typeof options>;

export interface AvengersProState extends ClusterState {
  /** [K, m] p̃ */
  readonly scaledQuality: Matrix;
  /** [K, m] */
  readonly cheapness: Matrix;
  readonly aggregate: "sum" | "rank";
  readonly ties: TieOrder;
}

export const avengersPro = defineRouter<Options, AvengersProState>({
  name: "avengers-pro",
  summary: "Avengers with a knob: each cluster weighs score against cost.",
  source: 'Zhang et al., "Beyond GPT-5", DAI 2025, arXiv 2508.12631',
  needs: { embeddings: true, text: false, cost: true },
  options,
  search: { clusters: searchedClusters },
  presets: {
    reference: { clusters: 25, topK: 3, beta: 9, costNorm: "max", aggregate: "rank", shrink: 0 },
    paper: { clusters: 60, topK: 3, beta: 9, costNorm: "minmax", aggregate: "sum", shrink: 0 },
  },
  operatingPolicy: "alpha",

  stateShape: {
    ...clusterShape,
    scaledQuality: "f64[K, m]",
    cheapness: "f64[K, m]",
    aggregate: z.enum(["sum", "rank"]),
    ties: "i32[m]",
  },

  fit(train, { costNorm, aggregate, ...chosen }, context) {
    const means = requireMeanCostUsd(train);
    const state = fitClusters(train, chosen, context);
    const scaledQuality = scaleRows(state.quality, "minmax");
    const cheapness = scaleRows(state.costUsd, costNorm);
    cheapness.data.forEach((cost, cell) => (cheapness.data[cell] = 1 - cost));
    return { ...state, scaledQuality, cheapness, aggregate, ties: tieOrder(train.models, means) };
  },

  estimate: (state, { embedding }) => estimateAt(estimates(state, asRow(embedding)), 0),

  estimateMany: estimates,

  decide(state, query, policy) {
    if (state.aggregate === "sum" || (policy.kind !== "alpha" && policy.kind !== "argmax")) return undefined;
    const estimate = estimateAt(estimates(state, asRow(query.embedding)), 0);
    const alpha = policy.kind === "alpha" ? policy.alpha : 1;
    const ranked = { ...estimate, quality: rankedBalance(state, query.embedding, alpha) };
    return { order: [pick(ranked, { kind: "argmax" }, state.ties, query.allowed)], estimate };
  },

  explain: clusterReasons,
});

/** Each row scaled to 0 … 1: by min and max (all 1 when equal), or by max only. NaN stays NaN. */
export function scaleRows(values: Matrix, how: "minmax" | "max"): Matrix {
  const out = matrix(values.rows, values.cols);
  for (let c = 0; c < values.rows; c++) {
    const line = row(values, c).filter((value) => !Number.isNaN(value));
    const high = Math.max(...line);
    const low = how === "max" ? 0 : Math.min(...line);
    row(values, c).forEach((value, j) => {
      const scaled = high === low ? (how === "max" ? 0 : 1) : (value - low) / (high - low);
      out.data[c * values.cols + j] = Number.isNaN(value) ? NaN : scaled;
    });
  }
  return out;
}

function estimates(
  state: AvengersProState,
  embeddings: Matrix32,
): EstimateTable & Required<Pick<EstimateTable, "scaled">> {
  const values = {
    quality: state.quality,
    costUsd: state.costUsd,
    scaledQuality: state.scaledQuality,
    cheapness: state.cheapness,
  };
  const { quality, costUsd, scaledQuality, cheapness } = blend(state, embeddings, values);
  return { quality, costUsd, scaled: { quality: scaledQuality, cheapness } };
}

/** The reference's rule, [m]: rank the models of each near cluster by balance, add up 1/(1 + rank). */
function rankedBalance(state: AvengersProState, embedding: Float32Array, alpha: number): Float64Array {
  const near = nearestTo(state, embedding);
  const worth = new Float64Array(state.quality.cols);
  const shares = new Float64Array(worth.length);
  near.clusters.forEach((c, r) => {
    const cheapness = row(state.cheapness, c);
    const balance = row(state.scaledQuality, c).map((q, j) => alpha * q + (1 - alpha) * cheapness[j]!);
    rankRow(balance, shares).forEach((share, j) => (worth[j]! += near.weights[r]! * share));
  });
  return worth;
}
