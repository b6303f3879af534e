/**
 * The collapse alarm: is this router one model in disguise? It rings when at least 95 % of the test prompts go to one
 * model, or when the paired bootstrap interval against the best single model contains 0. Spec of routers §9 no. 12.
 *
 * Don't ask it about routers that are one model by design (best-single, cheapest) or about lotteries.
 */
import type { Interval } from "../math/stats.ts";
import { entropyBits } from "./entropy.ts";
import { majority } from "./selection-share.ts";
import { intervalWords, percentWords, signedPoints } from "./wording.ts";

/** From this share of the test prompts on, a router counts as one model. */
export const collapseShare = 0.95;

export interface CollapseQuestion {
  readonly router: string;
  /** [m] share of the test prompts sent to each model, over all seeds */
  readonly selectionShare: Float64Array;
  readonly modelNames: readonly string[];
  readonly bestSingle: string;
  /** AvgAcc of the router − AvgAcc of the best single model, with its paired bootstrap interval */
  readonly deltaBestSingle: { readonly mean: number; readonly ci95: Interval };
}

export interface CollapseFinding {
  readonly router: string;
  readonly reason: "one-model" | "not-distinguishable" | "both";
  readonly mostAsked: string;
  readonly share: number;
  /** of the shares, in bits */
  readonly entropyBits: number;
  /** One or two sentences to print. */
  readonly words: string;
}

/** The finding, or undefined when the router neither collapsed nor merges with the best single model. */
export function collapseAlarm(question: CollapseQuestion): CollapseFinding | undefined {
  const { router, selectionShare, modelNames, bestSingle, deltaBestSingle } = question;
  const { column, share } = majority(selectionShare);
  const [low, high] = deltaBestSingle.ci95;
  const collapsed = share >= collapseShare;
  const level = low <= 0 && high >= 0;
  if (!collapsed && !level) return undefined;
  const mostAsked = modelNames[column] ?? "";
  const bits = entropyBits(selectionShare);
  const traffic = `${percentWords(share)} of the test prompts to ${mostAsked} (selection entropy ${bits.toFixed(2)} bits)`;
  // Data sets weigh the same, so that a few prompts of a small one can make a lead or a loss that is real.
  const oneModel = level
    ? `${router} is one model in disguise: it sends ${traffic}.`
    : `${router} is nearly one model in disguise: it sends ${traffic}; its ${signedPoints(deltaBestSingle.mean)} points against the best single model (${bestSingle}) come from the few others.`;
  const notApart = `${router} is not distinguishable from the best single model (${bestSingle}): ${signedPoints(deltaBestSingle.mean)} points, ${intervalWords(deltaBestSingle.ci95)} contains 0.`;
  return {
    router,
    reason: collapsed && level ? "both" : collapsed ? "one-model" : "not-distinguishable",
    mostAsked,
    share,
    entropyBits: bits,
    words: [collapsed && oneModel, level && notApart].filter(Boolean).join(" "),
  };
}
