/**
 * RouteLLM's similarity-weighted ranking: an Elo rating fitted anew for every query, with the training prompts that
 * resemble it weighing more.
 *
 *   ω_i = 10·10^(s_i / max s), s = cosines to the training prompts; or exp(s_i / temperature)
 *   battles "pair":  winrate = Σ ω_i·y_i / Σ ω_i, y = 1, ½, 0: what the logistic fit of two ratings comes to
 *   battles "all":   Bradley–Terry ratings from the battles of all models; winrate = 1/(1 + 10^((r_weak − r_strong)/400))
 * The weights span a factor of 10 at most, so winrates stay near the overall one and a fixed threshold is useless; their
 * order is sound, which is all that a threshold chosen on validation needs.
 *
 * Source: Ong et al., "RouteLLM", ICLR 2025, arXiv 2406.18665.
 * Cost: fit stores the data, decide O(n·d), and O(n·m²) with the battles of all models.
 */
import { z } from "zod";
import { throwIfAborted } from "../core/errors.ts";
import { estimateAt } from "../core/fitted-router.ts";
import { defineRouter } from "../core/router.ts";
import type { EstimateTable } from "../core/router.ts";
import { beats, bradleyTerry } from "../math/bradley-terry.ts";
import { residentDots, residentMatrix } from "../math/dots.ts";
import type { Resident } from "../math/dots.ts";
import { matrix, row } from "../math/matrix.ts";
import type { Matrix, Matrix32 } from "../math/matrix.ts";
import { softMean, softMeanOver } from "../math/soft-mean.ts";
import type { SoftMean } from "../math/soft-mean.ts";
import { asRow } from "./as-row.ts";
import { choosePair, fixedThreshold, pairEstimates, pairOptions, pairShape, thresholdOption } from "./pair.ts";
import type { PairState } from "./pair.ts";

const options = z.strictObject({
  ...pairOptions,
  ...thresholdOption,
  temperature: z
    .number()
    .nonnegative()
    .default(0)
    .describe("Of the weights exp(cosine / temperature); 0 is the published rule, 10 to the share of the best cosine"),
  battles: z.enum(["pair", "all"]).default("pair").describe("Rate the two models alone, or by the battles of all"),
});

export interface RouteLlmSwState extends PairState {
  /** [n, d] unit vectors of the training prompts */
  readonly points: Matrix32;
  /** [n, m] NaN = not collected */
  readonly score: Matrix;
  readonly temperature: number;
  readonly battles: "pair" | "all";
}

export const routeLlmSw = defineRouter<z.infer<typeof options>, RouteLlmSwState>({
  name: "routellm-sw",
  summary: "Elo ratings of a strong and a weak model, weighted by similarity to the query: RouteLLM's SW ranking.",
  source: 'Ong et al., "RouteLLM", ICLR 2025, arXiv 2406.18665',
  needs: { embeddings: true, text: false, cost: true },
  qualityKind: "probability",
  options,
  presets: { reference: { temperature: 0, battles: "all", threshold: 0.5 } },
  operatingPolicy: "threshold",
  fixedPolicy: fixedThreshold,

  stateShape: {
    ...pairShape,
    points: "f32[n, d]",
    score: "f64[n, m]",
    temperature: z.number().nonnegative(),
    battles: z.enum(["pair", "all"]),
  },

  fit(train, { temperature, battles, ...given }, context) {
    throwIfAborted(context.signal, "choosing a pair");
    return { ...choosePair(train, given), points: train.embeddings, score: train.score, temperature, battles };
  },

  estimate: (state, { embedding }) => estimateAt(predict(state, asRow(embedding)), 0),

  estimateMany: predict,
});

function predict(state: RouteLlmSwState, queries: Matrix32): EstimateTable {
  const suffices = new Float64Array(queries.rows).fill(NaN);
  if (state.weak < 0) return pairEstimates(state, suffices);
  const winrateOf = state.battles === "pair" ? pairWinrate : ratedWinrate;
  for (let i = 0; i < queries.rows; i++) suffices[i] = 1 - winrateOf(state, row(queries, i));
  return pairEstimates(state, suffices);
}

/** Per state, its training prompts in the kernels' memory: copying them costs more than one query's products. */
const pairs = new WeakMap<RouteLlmSwState, SoftMean>();
const residents = new WeakMap<RouteLlmSwState, Resident>();

/** The weighted share of battles won by the strong model, ties as halves; NaN where the two never met. */
export function pairWinrate(state: RouteLlmSwState, query: Float32Array): number {
  const over = pairs.get(state) ?? softMeanOver(state.points, battlesOf(state));
  pairs.set(state, over);
  return softMean(over, query, (largest) => rateOf(largest, state.temperature));
}

/** [n] 1 = the strong model won, ½ = a tie, 0 = it lost, NaN = one of the two was not collected. */
function battlesOf({ score, strong, weak }: RouteLlmSwState): Float32Array {
  return Float32Array.from({ length: score.rows }, (_, i) => {
    const lead = score.data[i * score.cols + strong]! - score.data[i * score.cols + weak]!;
    return (Math.sign(lead) + 1) / 2;
  });
}

/** What a cosine counts for in the logarithm of a weight; nothing under the published rule where none is above 0. */
function rateOf(largest: number, temperature: number): number {
  if (temperature > 0) return 1 / temperature;
  return largest > 0 ? Math.LN10 / largest : 0;
}

/** [n] weights of the training prompts, up to a factor: 10, or 1 with a temperature. */
export function battleWeights(cosines: Float32Array, temperature: number): Float64Array {
  const rate = rateOf(
    cosines.reduce((most, value) => Math.max(most, value), -Infinity),
    temperature,
  );
  return Float64Array.from(cosines, (cosine) => (temperature > 0 ? 1 : 10) * Math.exp(rate * cosine));
}

/** The same by ratings that the battles of all models agree on best. */
export function ratedWinrate(state: RouteLlmSwState, query: Float32Array): number {
  const resident = residents.get(state) ?? residentMatrix(state.points);
  residents.set(state, resident);
  const weights = battleWeights(residentDots(resident, query), state.temperature);
  const { score, strong, weak } = state;
  const m = score.cols;
  const wins = matrix(m, m);
  for (let i = 0; i < weights.length; i++) {
    const weight = weights[i]!;
    for (let a = 0; a < m; a++) {
      const first = score.data[i * m + a]!;
      for (let b = a + 1; b < m; b++) {
        const lead = first - score.data[i * m + b]!;
        if (lead >= 0) wins.data[a * m + b]! += lead > 0 ? weight : weight / 2;
        if (lead <= 0) wins.data[b * m + a]! += lead < 0 ? weight : weight / 2;
      }
    }
  }
  const ratings = bradleyTerry(wins);
  return beats(ratings[strong]!, ratings[weak]!);
}
