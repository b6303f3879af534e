/**
 * Pair probe: the weak model answers unless the strong one is expected to do better by more than a bar.
 *
 *   quality_weak = 1 + P(weak right) − P(strong right), quality_strong = 1
 * Both chances come from the linear probe of the two models' scores. Of RouteLLM's routers and their relatives this was
 * the best on RouteLLM's own answers, and it is what its "causal" router becomes when both models are judged.
 *
 * Source: signalbox; after Ong et al., "RouteLLM", ICLR 2025, arXiv 2406.18665.
 * Cost: fit as the linear probe for two models, decide O(d).
 */
import { z } from "zod";
import { estimateAt } from "../core/fitted-router.ts";
import { defineRouter } from "../core/router.ts";
import type { EstimateTable } from "../core/router.ts";
import type { Matrix32 } from "../math/matrix.ts";
import { asRow } from "./as-row.ts";
import { choosePair, pairEstimates, pairOptions, pairPenalties, pairScores, pairShape } from "./pair.ts";
import type { PairState } from "./pair.ts";
import { fitProbe, probeValues, sigmoid } from "./probe.ts";
import type { Probe } from "./probe.ts";

const options = z.strictObject({
  ...pairOptions,
  l2: z.number().positive().default(1e-2).describe("Penalty of the two probes"),
});

export interface PairProbeState extends Probe, PairState {}

export const pairProbe = defineRouter<z.infer<typeof options>, PairProbeState>({
  name: "pair-probe",
  summary: "Asks the strong model where a probe expects it to do better than the weak one by enough.",
  source: 'signalbox; after Ong et al., "RouteLLM", ICLR 2025, arXiv 2406.18665',
  needs: { embeddings: true, text: false, cost: true },
  qualityKind: "score",
  options,
  search: { l2: pairPenalties },
  operatingPolicy: "threshold",

  stateShape: { ...pairShape, weights: "f32[2, d]", bias: "f64[2]" },

  fit(train, { l2, ...given }, context) {
    const pair = choosePair(train, given);
    return { ...pair, ...fitProbe(train, pairScores(train, pair), { l2 }, context) };
  },

  estimate: (state, { embedding }) => estimateAt(predict(state, asRow(embedding)), 0),

  estimateMany: predict,
});

function predict(state: PairProbeState, queries: Matrix32): EstimateTable {
  const { data } = sigmoid(probeValues(state, queries));
  const suffices = Float64Array.from({ length: queries.rows }, (_, i) => 1 + data[2 * i]! - data[2 * i + 1]!);
  return pairEstimates(state, suffices);
}
