/**
 * What a call costs: token counts × a price. Rates are USD per million tokens; a price is dated and names its source,
 * since the same model is sold at different rates at different times.
 */
import { z } from "zod";
import type { TokenUsage } from "../core/chat.ts";

const rate = z.number().min(0);

const rates = {
  inputPerMillionUsd: rate.describe("Input tokens, USD per million"),
  cachedInputPerMillionUsd: rate.optional().describe("Input tokens read from the provider's cache; default: as input"),
  cacheWritePerMillionUsd: rate.optional().describe("Input tokens written to the provider's cache; default: as input"),
  outputPerMillionUsd: rate.describe("Output tokens, USD per million, reasoning included"),
  reasoningPerMillionUsd: rate.optional().describe("Reasoning tokens, where billed apart; default: as output"),
};

export const priceSchema = z.strictObject({
  ...rates,
  perRequestUsd: rate.optional().describe("A fee per request, USD"),
  tiers: z
    .array(z.strictObject({ aboveInputTokens: z.int().positive(), ...rates }))
    .optional()
    .describe("A call with more input tokens than this pays these rates for ALL its tokens"),
  source: z.string().min(1).describe("Where the price is from: a page, a contract"),
  asOf: z.iso.date().describe("The day it was read there"),
});

export type Price = z.infer<typeof priceSchema>;

/**
 * USD for one call; NaN where input or output tokens are not known. Parts that were not reported (cached, reasoning)
 * count as none: they can only make a call cheaper or dearer where the provider bills them apart, and then it reports them.
 * @throws RangeError for a negative or fractional count, or a part larger than its whole: such usage is not to be billed.
 */
export function costUsd(usage: TokenUsage, price: Price): number {
  const { inputTokens, outputTokens } = usage;
  const problem = usageProblem(usage);
  if (problem !== undefined) throw new RangeError(problem);
  if (Number.isNaN(inputTokens) || Number.isNaN(outputTokens)) return NaN;
  const at = ratesFor(inputTokens, price);
  const cached = known(usage.cachedInputTokens);
  const written = known(usage.cacheWriteTokens);
  const reasoning = known(usage.reasoningTokens);
  const millionths =
    (inputTokens - cached - written) * at.inputPerMillionUsd +
    cached * (at.cachedInputPerMillionUsd ?? at.inputPerMillionUsd) +
    written * (at.cacheWritePerMillionUsd ?? at.inputPerMillionUsd) +
    (outputTokens - reasoning) * at.outputPerMillionUsd +
    reasoning * (at.reasoningPerMillionUsd ?? at.outputPerMillionUsd);
  return millionths / 1e6 + (price.perRequestUsd ?? 0);
}

/** The highest tier whose bound the input exceeds, else the base rates. */
function ratesFor(inputTokens: number, price: Price): Omit<Price, "source" | "asOf" | "tiers" | "perRequestUsd"> {
  const passed = (price.tiers ?? []).filter(({ aboveInputTokens }) => inputTokens > aboveInputTokens);
  if (passed.length === 0) return price;
  return passed.reduce((top, tier) => (tier.aboveInputTokens > top.aboveInputTokens ? tier : top));
}

/** Larger counts than any model can take in one call are a unit mistaken for another. */
const mostTokens = 100_000_000;

const counts = [
  "inputTokens",
  "cachedInputTokens",
  "cacheWriteTokens",
  "outputTokens",
  "reasoningTokens",
] as const satisfies (keyof TokenUsage)[];

/** Why these cannot be the tokens of one call; undefined when they can. */
export function usageProblem(usage: TokenUsage): string | undefined {
  for (const name of counts) {
    const value = usage[name];
    if (Number.isNaN(value)) continue;
    if (!Number.isInteger(value) || value < 0 || value > mostTokens)
      return `${name} ${value} is not a number of tokens`;
  }
  const parts = known(usage.cachedInputTokens) + known(usage.cacheWriteTokens);
  if (parts > usage.inputTokens) return `${parts} cached tokens of ${usage.inputTokens} input tokens`;
  if (known(usage.reasoningTokens) > usage.outputTokens)
    return `${usage.reasoningTokens} reasoning tokens of ${usage.outputTokens} output tokens`;
  return undefined;
}

function known(tokens: number): number {
  return Number.isNaN(tokens) ? 0 : tokens;
}
