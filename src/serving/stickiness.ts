/**
 * Whether a conversation should change its model. A provider bills the part of a prompt that it has in its cache at a fraction;
 * another model reads the whole conversation anew. So a switch has to gain more than that costs.
 *
 *     gain = (quality of the other − quality of the present) + λ · (cost of the present − cost of the other − re-reading)
 *     re-reading = cached tokens × (the other's price of reading them − the present's price of cached ones), at least 0
 *
 * λ is what a USD is worth in score. A policy that trades the two says so itself; under the others it is the setting
 * `scorePerUsd`. A policy with a bar (floor, threshold) asks for the cheapest model above it: while the present model is
 * above, only USD count; when it falls below, the switch is made.
 */
import type { Policy } from "../core/policy.ts";
import type { Estimate } from "../core/router.ts";
import type { Price } from "../prices/price.ts";

export interface StickinessOptions {
  /** the gain in score that a switch must exceed, so that estimates that wobble do not make the model wobble */
  readonly leastGain: number;
  /** score given up per USD, under policies that do not say it */
  readonly scorePerUsd: number;
}

/** One right answer in fifty; and one right answer more is worth a dollar. */
export const defaultStickiness: StickinessOptions = { leastGain: 0.02, scorePerUsd: 1 };

/** What is known of the switch; NaN = not known. */
export interface Switch {
  readonly present: { readonly quality: number; readonly costUsd: number };
  readonly other: { readonly quality: number; readonly costUsd: number };
  readonly rereadUsd: number;
  /** as `exchangeRate` gives it */
  readonly lambda: number | undefined;
  readonly leastGain: number;
}

/**
 * USD that reading the cached prefix costs when another model answers. NaN where a price is not known, unless there is
 * nothing to lose.
 */
export function rereadUsd(cachedTokens: number, present: Price | undefined, other: Price | undefined): number {
  if (!(cachedTokens > 0)) return 0;
  if (!present || !other) return NaN;
  const read = other.cacheWritePerMillionUsd ?? other.inputPerMillionUsd;
  const cached = present.cachedInputPerMillionUsd ?? present.inputPerMillionUsd;
  return Math.max(0, (cachedTokens * (read - cached)) / 1e6);
}

/**
 * Whether the switch pays. What is not known of the present model's quality cannot hold it; a loss that cannot be computed
 * for want of prices is not risked.
 */
export function switchPays({ present, other, rereadUsd: loss, lambda, leastGain }: Switch): boolean {
  if (lambda === undefined || Number.isNaN(present.quality)) return true;
  if (Number.isNaN(loss) || Number.isNaN(other.quality)) return false;
  const saved = Number.isNaN(present.costUsd) || Number.isNaN(other.costUsd) ? 0 : present.costUsd - other.costUsd;
  if (lambda === Infinity) return saved - loss > 0;
  return other.quality - present.quality + lambda * (saved - loss) > leastGain;
}

/**
 * What a USD is worth in score to a policy, for the choice between the present model and another.
 * Undefined = the present model is below the policy's bar and cannot be kept; Infinity = above it only USD count.
 */
export function exchangeRate(
  policy: Policy,
  estimate: Estimate,
  present: number,
  scorePerUsd: number,
): number | undefined {
  switch (policy.kind) {
    case "costWeight":
      return policy.lambda;
    case "budget":
      return policy.lambda ?? scorePerUsd;
    case "alpha":
      return alphaRate(policy.alpha, estimate);
    case "argmax":
      return scorePerUsd;
    case "floor":
      return isAbove(estimate, present, policy.ratio * largest(estimate.quality)) ? Infinity : undefined;
    case "threshold":
      return isAbove(estimate, present, policy.threshold) ? Infinity : undefined;
  }
}

/** α weighs quality and cheapness, each over its range in this query: the ranges turn the weights into a rate. */
function alphaRate(alpha: number, { quality, costUsd }: Estimate): number {
  if (alpha === 0) return Infinity;
  const costRange = range(costUsd);
  return costRange > 0 ? (((1 - alpha) / alpha) * range(quality)) / costRange : 0;
}

function isAbove({ quality }: Estimate, column: number, bar: number): boolean {
  return (quality[column] ?? NaN) >= bar;
}

function range(values: Float64Array): number {
  const known = values.filter(Number.isFinite);
  return known.length === 0 ? 0 : largest(known) + largest(known.map((value) => -value));
}

function largest(values: Float64Array): number {
  return values.reduce((top, value) => (value > top ? value : top), -Infinity);
}
