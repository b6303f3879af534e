/**
 * RouteLLM's three-class router: does the strong model win, do they tie, or does the weak one win?
 *
 *   (z_strong, z_tie, z_weak) = V·(q − μ) + b; loss = mean cross-entropy of the class + ½·l2·Σ‖v‖²
 *   winrate = 1 − P(tie) − P(weak wins); quality_weak = 1 − winrate
 * Frozen-encoder variant: the published one tunes xlm-roberta-base.
 *
 * Source: Ong et al., "RouteLLM" (BERT classifier), ICLR 2025, arXiv 2406.18665.
 * Cost: fit as the linear probe for three models, decide O(d).
 */
import { z } from "zod";
import { estimateAt } from "../core/fitted-router.ts";
import { defineRouter } from "../core/router.ts";
import type { EstimateTable, TrainTable } from "../core/router.ts";
import type { Matrix32 } from "../math/matrix.ts";
import { row } from "../math/matrix.ts";
import { fitSoftmax, softmax } from "../math/softmax-regression.ts";
import { asRow } from "./as-row.ts";
import {
  choosePair,
  fixedThreshold,
  pairEstimates,
  pairOptions,
  pairPenalties,
  pairShape,
  strongWins,
  thresholdOption,
} from "./pair.ts";
import type { Pair, PairState } from "./pair.ts";
import { centredEmbeddings, foldMean, gramOf, probeValues } from "./probe.ts";
import type { Probe } from "./probe.ts";

const options = z.strictObject({
  ...pairOptions,
  ...thresholdOption,
  l2: z.number().positive().default(1e-2).describe("Penalty of the three heads"),
});

/** Heads of: strong wins, tie, weak wins. */
export interface ThreeClassState extends Probe, PairState {}

export const routeLlm3Class = defineRouter<z.infer<typeof options>, ThreeClassState>({
  name: "routellm-3class",
  summary: "Asks the strong model where a win of it is likely enough among win, tie and loss (frozen-encoder variant).",
  source: 'Ong et al., "RouteLLM", ICLR 2025, arXiv 2406.18665',
  needs: { embeddings: true, text: false, cost: true },
  qualityKind: "probability",
  options,
  search: { l2: pairPenalties },
  presets: { reference: { threshold: 0.5 } },
  operatingPolicy: "threshold",
  fixedPolicy: fixedThreshold,

  stateShape: { ...pairShape, weights: "f32[3, d]", bias: "f64[3]" },

  fit(train, { l2, ...given }, context) {
    const pair = choosePair(train, given);
    const centred = centredEmbeddings(train, context);
    const heads = fitSoftmax(centred.matrix, classesOf(train, pair), {
      classes: 3,
      l2,
      gram: gramOf(centred, context),
      ...(context.signal && { signal: context.signal }),
    });
    return { ...pair, ...foldMean(heads, centred.mean) };
  },

  estimate: (state, { embedding }) => estimateAt(predict(state, asRow(embedding)), 0),

  estimateMany: predict,
});

/** 0 the strong model won, 1 tie, 2 the weak one won; −1 = not both scored. [n] */
function classesOf(train: TrainTable, pair: Pair): Int32Array {
  const wins = strongWins(train, pair, "half").data;
  return Int32Array.from(wins, (won) => (Number.isNaN(won) ? -1 : 2 - 2 * won));
}

function predict(state: ThreeClassState, queries: Matrix32): EstimateTable {
  const values = probeValues(state, queries);
  const suffices = Float64Array.from({ length: queries.rows }, (_, i) => 1 - softmax(row(values, i))[0]!);
  return pairEstimates(state, suffices);
}
