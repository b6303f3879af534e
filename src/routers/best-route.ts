/**
 * BEST-Route with one sample a model: for every model the chance that it matches the strongest one; the cheapest model
 * whose chance reaches the bar answers. HybridLLM for a whole pool.
 *
 *   z_j = v_jᵀ(q − μ) + b_j; loss = mean over observed pairs of BCE(z_j, y_j) + ½·l2·Σ‖v_j‖²; quality_strong = 1
 * y_j is the share of pairs of runs in which model j scores at least as much as the strongest (label "prob"). Where the
 * data hold several samples a model with a scorer, give (model, best of s) as models of their own, at s times the cost.
 * Frozen-encoder variant, s = 1: the published one tunes DeBERTa and draws up to five samples of a model.
 *
 * Source: Ding et al., "BEST-Route: Adaptive LLM Routing with Test-Time Optimal Compute", ICML 2025, arXiv 2506.22716.
 * Cost: fit as the linear probe, decide O(d·m).
 */
import { z } from "zod";
import { estimateAt } from "../core/fitted-router.ts";
import { defineRouter } from "../core/router.ts";
import type { EstimateTable, TrainTable } from "../core/router.ts";
import { columnMeans, filled } from "../math/matrix.ts";
import type { Matrix, Matrix32 } from "../math/matrix.ts";
import { asRow } from "./as-row.ts";
import { requireMeanCostUsd, sameForAll } from "./mean-outcome.ts";
import { fixedThreshold, strongest, thresholdOption } from "./pair.ts";
import { matchLabels } from "./pair-labels.ts";
import { fitProbe, probeShape, probeValues, sigmoid } from "./probe.ts";
import type { Probe } from "./probe.ts";

const options = z.strictObject({
  ...thresholdOption,
  l2: z.number().positive().default(3e-3).describe("Penalty of the heads"),
});

export interface BestRouteState extends Probe {
  readonly strong: number;
  readonly costUsd: Float64Array;
}

export const bestRoute = defineRouter<z.infer<typeof options>, BestRouteState>({
  name: "best-route",
  summary: "The cheapest model that is expected to match the strongest (frozen-encoder variant, one sample).",
  source: 'Ding et al., "BEST-Route", ICML 2025, arXiv 2506.22716',
  needs: { embeddings: true, text: false, cost: true },
  qualityKind: "probability",
  options,
  search: { l2: [3e-2, 1e-2, 3e-3, 1e-3, 3e-4] },
  operatingPolicy: "threshold",
  fixedPolicy: fixedThreshold,

  stateShape: { ...probeShape, strong: z.int().nonnegative(), costUsd: "f64[m]" },

  fit(train, { l2 }, context) {
    const costUsd = requireMeanCostUsd(train);
    const strong = strongest(train, costUsd);
    const labels = labelsOf(train, strong);
    const { weights, bias } = fitProbe(train, labels, { l2 }, context);
    const known = columnMeans(labels);
    // A model that never met the strongest on a prompt is unknown, not even odds.
    return { weights, bias: bias.map((b, j) => (Number.isNaN(known[j]!) ? NaN : b)), strong, costUsd };
  },

  estimate: (state, { embedding }) => estimateAt(predict(state, asRow(embedding)), 0),

  estimateMany: predict,
});

/** [n, m] does the model match the strongest? Its own column is left unknown: it needs no head. */
function labelsOf(train: TrainTable, strong: number): Matrix {
  const labels = filled(train.score.rows, train.models.length, NaN);
  train.models.forEach((_, weak) => {
    if (weak === strong) return;
    matchLabels(train, { weak, strong }, "prob").forEach((y, i) => (labels.data[i * labels.cols + weak] = y));
  });
  return labels;
}

function predict(state: BestRouteState, queries: Matrix32): EstimateTable {
  const quality = sigmoid(probeValues(state, queries));
  for (let i = 0; i < quality.rows; i++) quality.data[i * quality.cols + state.strong] = 1;
  return { quality, costUsd: sameForAll(state.costUsd, queries.rows) };
}
