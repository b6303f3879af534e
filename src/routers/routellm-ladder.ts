/**
 * RouteLLM on more than two models, our extension: a ladder of the models that no other beats at its price. Each rung has
 * the chance that it suffices against the next one up; the query climbs to the first rung whose chance reaches the bar.
 *
 *   winrate_k(q) = σ(v_kᵀ(q − μ) + b_k) of rung k + 1 against rung k, as routellm-mf; quality_k = 1 − winrate_k
 * The top rung, the best single model, has quality 1. Rungs are those of the training part's frontier of AvgAcc over mean
 * cost; every other model is unknown to this router.
 *
 * Source: signalbox; after Ong et al., "RouteLLM", ICLR 2025, arXiv 2406.18665.
 * Cost: fit as the linear probe for as many models as rungs, decide O(d·rungs).
 */
import { z } from "zod";
import { estimateAt } from "../core/fitted-router.ts";
import { tieOrder } from "../core/pick.ts";
import { defineRouter } from "../core/router.ts";
import type { EstimateTable, TrainTable } from "../core/router.ts";
import { filled, matrix32 } from "../math/matrix.ts";
import type { Matrix, Matrix32 } from "../math/matrix.ts";
import { asRow } from "./as-row.ts";
import { requireMeanCostUsd, sameForAll, trainAvgAcc } from "./mean-outcome.ts";
import { fixedThreshold, strongest, strongWins, thresholdOption } from "./pair.ts";
import type { Ties } from "./pair.ts";
import { fitProbe, probeValues, sigmoid } from "./probe.ts";
import type { Probe } from "./probe.ts";

const options = z.strictObject({
  ...thresholdOption,
  ties: z
    .enum(["half", "weak", "drop"])
    .default("half")
    .describe("A tie is half a win of the dearer model, a win of the cheaper one, or left out"),
  l2: z.number().positive().default(1e-2).describe("Penalty of the heads"),
});

/** A head per rung but the top one. */
export interface LadderState extends Probe {
  /** [rungs + 1] columns, cheapest first; the last is the strongest model */
  readonly ladder: Int32Array;
  readonly costUsd: Float64Array;
}

export const routeLlmLadder = defineRouter<z.infer<typeof options>, LadderState>({
  name: "routellm-ladder",
  summary: "RouteLLM on many models: climbs from the cheapest until a model is likely to suffice against the next.",
  source: 'signalbox; after Ong et al., "RouteLLM", ICLR 2025, arXiv 2406.18665',
  needs: { embeddings: true, text: false, cost: true },
  qualityKind: "probability",
  options,
  search: { l2: [3e-2, 1e-2, 3e-3, 1e-3, 3e-4] },
  operatingPolicy: "threshold",
  fixedPolicy: fixedThreshold,

  stateShape: { weights: "f32[rungs, d]", bias: "f64[rungs]", ladder: "i32[models]", costUsd: "f64[m]" },

  fit(train, { ties, l2 }, context) {
    const costUsd = requireMeanCostUsd(train);
    const ladder = rungsOf(train, costUsd);
    const targets = targetsOf(train, ladder, ties);
    // A ladder of one rung has nothing to learn.
    const heads = targets.cols > 0 ? fitProbe(train, targets, { l2 }, context) : noHeads(train.embeddings.cols);
    return { ...heads, ladder, costUsd };
  },

  estimate: (state, { embedding }) => estimateAt(predict(state, asRow(embedding)), 0),

  estimateMany: predict,
});

/** Columns by rising cost, each more accurate than all before it. */
function rungsOf(train: TrainTable, costUsd: Float64Array): Int32Array {
  const accuracy = trainAvgAcc(train);
  const ties = tieOrder(train.models, costUsd);
  const top = strongest(train, costUsd);
  const rising = [...costUsd.keys()]
    .filter((j) => j === top || costUsd[j]! < costUsd[top]!)
    .toSorted((a, b) => costUsd[a]! - costUsd[b]! || accuracy[b]! - accuracy[a]! || ties[a]! - ties[b]!);
  const ladder: number[] = [];
  let best = -Infinity;
  for (const j of rising) {
    if (j !== top && !(accuracy[j]! > best)) continue;
    best = accuracy[j]!;
    ladder.push(j);
  }
  return Int32Array.from(ladder);
}

/** Does the next rung win? [n, rungs] */
function targetsOf(train: TrainTable, ladder: Int32Array, ties: Ties): Matrix {
  const rungs = ladder.length - 1;
  const targets = filled(train.score.rows, rungs, NaN);
  for (let k = 0; k < rungs; k++) {
    const { data } = strongWins(train, { weak: ladder[k]!, strong: ladder[k + 1]! }, ties);
    data.forEach((won, i) => (targets.data[i * rungs + k] = won));
  }
  return targets;
}

function noHeads(width: number): Probe {
  return { weights: matrix32(0, width), bias: new Float64Array(0) };
}

function predict({ ladder, costUsd, ...heads }: LadderState, queries: Matrix32): EstimateTable {
  const winrate = sigmoid(probeValues(heads, queries));
  const quality = filled(queries.rows, costUsd.length, NaN);
  for (let i = 0; i < queries.rows; i++) {
    ladder.forEach((column, k) => {
      const isTop = k === ladder.length - 1;
      quality.data[i * quality.cols + column] = isTop ? 1 : 1 - winrate.data[i * winrate.cols + k]!;
    });
  }
  return { quality, costUsd: sameForAll(costUsd, queries.rows) };
}
