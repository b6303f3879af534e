/**
 * Auto: the guarded default. Fits the cheap members of the registry, chooses by cross-validation on the training part,
 * and stands down to the best single model unless a paired lower bound says that the gain is real.
 *
 * Fit:    5-fold cross-validation of every candidate against best-single. Five leads, one of a family, say whether
 *         anything is to be gained here: unless one's joint lower bound (stratified paired bootstrap) is above 0,
 *         best-single is the router. Else the candidate of greatest gain in AvgAcc among those with a bound above 0.
 * Decide: as the chosen member does.
 *
 * Which member wins matters little, that it may say "none" matters: on pools where one model dominates every learned
 * router loses a little. The state keeps what was tried, the gain, its bound, and why it stood down, if it did.
 */
import { z } from "zod";
import { defineRouter } from "../../core/router.ts";
import type { EstimateTable, FitContext, RouterQuery, TrainTable } from "../../core/router.ts";
import { listOf, stateShapeOf } from "../../core/state-shape.ts";
import { matrix } from "../../math/matrix.ts";
import type { Matrix32 } from "../../math/matrix.ts";
import { candidates, leads, standDown } from "./candidates.ts";
import type { Candidate } from "./candidates.ts";
import { crossValidate, gainsOf } from "./cross-validation.ts";
import type { Gain } from "./cross-validation.ts";

const options = z.strictObject({
  level: z
    .number()
    .min(0.5)
    .max(0.999)
    .default(0.9)
    .describe("How sure the gain over the best single model must be before another router is chosen"),
});

type Options = z.infer<typeof options>;

export interface AutoState {
  readonly chosen: string;
  readonly chosenOptions: Readonly<Record<string, unknown>>;
  readonly member: unknown;
  /** in words: what was chosen and why */
  readonly reason: string;
  readonly tried: readonly { readonly router: string; readonly options: string; readonly gain: number }[];
  readonly gain: number;
  readonly lowerBound: number;
}

const members = new Map([standDown, ...candidates].map(({ router }) => [router.name, router]));

export const auto = defineRouter<Options, AutoState>({
  name: "auto",
  summary: "The best of the cheap routers by cross-validation, or the best single model where no gain is sure.",
  source: "signalbox",
  needs: { embeddings: true, text: false, cost: false },
  qualityKind: "score",
  options,

  stateShape: ({ chosen, member }) => ({
    chosen: z.enum([...members.keys()]),
    chosenOptions: members.get(chosen)?.options ?? z.never(),
    member: stateShapeOf(members.get(chosen), member) ?? z.never(),
    reason: z.string(),
    tried: listOf({ router: z.string(), options: z.string(), gain: "number" }),
    gain: "number",
    lowerBound: "number",
  }),

  fit(train, { level }, context) {
    const validation = crossValidate(train, candidates, context);
    const gains = gainsOf(validation, leads.length, level, context.random("auto", "bootstrap"));
    const passed = gains.slice(0, leads.length).some(({ lowerBound }) => lowerBound > 0);
    const best = greatest(gains, passed ? ({ lowerBound }) => lowerBound > 0 : (_, c) => c < leads.length);
    const gain = gains[best]!;
    const winner = passed ? candidates[best]! : standDown;
    return {
      chosen: winner.router.name,
      chosenOptions: { ...winner.options },
      member: fitMember(winner, train, context),
      reason: reasonFor(candidates[best]!, gain, level, validation.gains.rows),
      tried: candidates.map(({ router, options: given }, c) => ({
        router: router.name,
        options: JSON.stringify(given),
        gain: gains[c]!.mean,
      })),
      gain: gain.mean,
      lowerBound: gain.lowerBound,
    };
  },

  estimate(state, query) {
    return memberOf(state).estimate(state.member, query);
  },

  estimateMany(state, embeddings): EstimateTable {
    const router = memberOf(state);
    return router.estimateMany?.(state.member, embeddings) ?? oneByOne(state, embeddings);
  },

  dropsModels: "exact",

  addModel(state, joining, _options, context) {
    const member: unknown = memberOf(state).addModel!(state.member, joining, state.chosenOptions, context);
    return { ...state, member };
  },

  note: ({ reason }) => reason,

  explain(state, query) {
    const own = memberOf(state).explain?.(state.member, query) ?? [];
    return [{ label: state.reason, weight: 1 }, ...own];
  },
});

/** The position of the greatest gain among those admitted; the first, where none is greater. */
function greatest(gains: readonly Gain[], admitted: (gain: Gain, position: number) => boolean): number {
  const among = [...gains.keys()].filter((c) => admitted(gains[c]!, c));
  return among.reduce((top, c) => (gains[c]!.mean > gains[top]!.mean ? c : top));
}

function fitMember({ router, options: chosen }: Candidate, train: TrainTable, context: FitContext): unknown {
  return router.fit(train, chosen, context);
}

function memberOf({ chosen }: AutoState): Candidate["router"] {
  return members.get(chosen)!;
}

function oneByOne(state: AutoState, embeddings: Matrix32): EstimateTable {
  const router = memberOf(state);
  const estimates = Array.from({ length: embeddings.rows }, (_, i) => {
    const embedding = embeddings.data.subarray(i * embeddings.cols, (i + 1) * embeddings.cols);
    const query: RouterQuery = { embedding, text: "", promptTokens: NaN };
    return router.estimate(state.member, query);
  });
  const m = estimates[0]?.quality.length ?? 0;
  const out = { quality: matrix(embeddings.rows, m), costUsd: matrix(embeddings.rows, m) };
  estimates.forEach(({ quality, costUsd }, i) => {
    out.quality.data.set(quality, i * m);
    out.costUsd.data.set(costUsd, i * m);
  });
  return { quality: out.quality, costUsd: out.costUsd };
}

/** Why, in words, with the size of sample that would settle it. */
function reasonFor({ router }: Candidate, { mean, lowerBound }: Gain, level: number, rows: number): string {
  const confidence = `${Number((100 * level).toPrecision(3))} %`;
  if (rows === 0 || Number.isNaN(mean)) return "stands down to best-single: nothing to cross-validate on";
  if (lowerBound > 0)
    return `${router.name}: ${points(mean)} points over best-single in cross-validation, at least ${points(lowerBound)} with ${confidence} confidence`;
  if (mean <= 0) return `stands down to best-single: no candidate gains anything (${router.name}: ${points(mean)})`;
  const needed = Math.ceil(rows * Math.max(1, ((mean - lowerBound) / mean) ** 2));
  return `stands down to best-single: ${router.name}, ${points(mean)} points in cross-validation, could be noise (${confidence} confidence is asked); about ${needed} training prompts would settle it`;
}

function points(share: number): string {
  return `${share > 0 ? "+" : ""}${(100 * share).toFixed(1)}`;
}
