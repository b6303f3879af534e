/**
 * HybridLLM: the small model answers where a classifier expects it to match the large one.
 *
 *   z = vᵀ(q − μ) + b; loss = mean over prompts of BCE(z, y) + ½·l2·‖v‖²; quality_small = σ(z), quality_large = 1
 * The labels y are det, prob or trans (pair-labels.ts). Where the three are the same, one head is trained for all and the
 * report says so. Frozen-encoder variant: the published one tunes a language model on prompts cut to 128 tokens, takes
 * the larger of two logits without a threshold, and so sends nearly everything to the small model.
 *
 * Source: Ding et al., "Hybrid LLM: Cost-Efficient and Quality-Aware Query Routing", ICLR 2024, arXiv 2404.14618.
 * Cost: fit as the linear probe for one model, decide O(d).
 */
import { z } from "zod";
import { estimateAt } from "../core/fitted-router.ts";
import { defineRouter } from "../core/router.ts";
import type { EstimateTable, FitContext, TrainTable } from "../core/router.ts";
import type { Matrix32 } from "../math/matrix.ts";
import { asRow } from "./as-row.ts";
import {
  choosePair,
  fixedThreshold,
  pairEstimates,
  pairOptions,
  pairPenalties,
  pairShape,
  thresholdOption,
} from "./pair.ts";
import type { PairState } from "./pair.ts";
import { matchLabels } from "./pair-labels.ts";
import type { MatchLabel } from "./pair-labels.ts";
import { fitProbe, probeValues, sigmoid } from "./probe.ts";
import type { Probe } from "./probe.ts";

const options = z.strictObject({
  ...pairOptions,
  ...thresholdOption,
  label: z
    .enum(["det", "prob", "trans"])
    .default("det")
    .describe("What a match is: mean against mean, share of pairs of runs, or that with the most telling slack"),
  l2: z.number().positive().default(1e-2).describe("Penalty of the head"),
});

export interface HybridLlmState extends Probe, PairState {
  readonly label: MatchLabel;
  /** det, prob and trans gave the same labels, as with one run a prompt scored 0 or 1 they must */
  readonly labelsAgree: boolean;
}

export const hybridLlm = defineRouter<z.infer<typeof options>, HybridLlmState>({
  name: "hybridllm",
  summary: "Asks the small model where it is expected to match the large one (frozen-encoder variant).",
  source: 'Ding et al., "Hybrid LLM", ICLR 2024, arXiv 2404.14618',
  needs: { embeddings: true, text: false, cost: true },
  qualityKind: "probability",
  options,
  search: { l2: pairPenalties },
  presets: {
    prob: { label: "prob" },
    trans: { label: "trans" },
    reference: { label: "det", threshold: 0.5 },
  },
  operatingPolicy: "threshold",
  fixedPolicy: fixedThreshold,

  stateShape: {
    ...pairShape,
    weights: "f32[1, d]",
    bias: "f64[1]",
    label: z.enum(["det", "prob", "trans"]),
    labelsAgree: z.boolean(),
  },

  fit(train, { l2, label, ...given }, context) {
    const pair = choosePair(train, given);
    const { own, agree } = labelsFor(train, pair, label);
    const key = `hybridllm ${pair.weak} ${pair.strong} ${l2} ${agree ? "all labels" : label}`;
    const head = context.shared(key, () => fitHead(train, own, l2, context));
    return { ...pair, ...head, label, labelsAgree: agree };
  },

  estimate: (state, { embedding }) => estimateAt(predict(state, asRow(embedding)), 0),

  estimateMany: predict,

  note: ({ labelsAgree }) =>
    labelsAgree ? "the labels det, prob and trans are the same on this table, so the three are one router" : undefined,
});

function labelsFor(
  train: TrainTable,
  pair: PairState,
  label: MatchLabel,
): { readonly own: Float64Array; readonly agree: boolean } {
  const own = matchLabels(train, pair, label);
  const others = (["det", "prob", "trans"] as const).filter((other) => other !== label);
  const agree = others.every((other) => matchLabels(train, pair, other).every((y, i) => Object.is(y, own[i])));
  return { own, agree };
}

function fitHead(train: TrainTable, labels: Float64Array, l2: number, context: FitContext): Probe {
  return fitProbe(train, { rows: labels.length, cols: 1, data: labels }, { l2 }, context);
}

function predict(state: HybridLlmState, queries: Matrix32): EstimateTable {
  return pairEstimates(state, sigmoid(probeValues(state, queries)).data);
}
