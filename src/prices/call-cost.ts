/**
 * What one answer cost, and how that is known. Our own price × the tokens the provider reports; tokens are counted here where it
 * reports none, or what cannot be; the provider's bill counts where we have no price. See decision 0022.
 */
import type { ChatCompletion, ChatRequest, CostSource, TokenUsage } from "../core/chat.ts";
import { countTokens } from "./count-tokens.ts";
import { plausibleUsage } from "./plausible-usage.ts";
import { costUsd } from "./price.ts";
import type { Price } from "./price.ts";

export interface CallCost {
  /** the completion, with counted usage where the provider's was of no use */
  readonly completion: ChatCompletion;
  /** NaN where it is not known */
  readonly costUsd: number;
  readonly costSource: CostSource;
}

/** The cost of an answer; `price` undefined = none is known. */
export async function callCost(
  completion: ChatCompletion,
  request: Pick<ChatRequest, "messages">,
  price: Price | undefined,
): Promise<CallCost> {
  const reported = plausibleUsage(completion, request);
  const usage = reported ?? (await countedUsage(completion, request));
  const known = reported ? completion : { ...completion, usage, usageSource: "counted" as const };
  if (price === undefined) return { completion: known, ...billed(completion.reportedCostUsd) };
  const costSource = reported ? "priced" : "estimated";
  return { completion: known, costUsd: costUsd(usage, price), costSource };
}

/** A bill of 0 is no price: promotions and free tiers bill nothing for what is not free. */
function billed(reportedCostUsd: number): Pick<CallCost, "costUsd" | "costSource"> {
  return reportedCostUsd > 0
    ? { costUsd: reportedCostUsd, costSource: "billed" }
    : { costUsd: NaN, costSource: "none" };
}

/** What chat formats add to each message, and to the whole. */
const tokensPerMessage = 4;
const tokensPerChat = 3;

/** Tokens of the texts that are seen; thoughts that are not shown cannot be counted. */
async function countedUsage(
  { text, reasoning = "" }: ChatCompletion,
  { messages }: Pick<ChatRequest, "messages">,
): Promise<TokenUsage> {
  const inputs = await Promise.all(messages.map(({ content }) => countTokens(content)));
  const [spoken, thought] = await Promise.all([countTokens(text), countTokens(reasoning)]);
  return {
    inputTokens: inputs.reduce((sum, tokens) => sum + tokens + tokensPerMessage, tokensPerChat),
    cachedInputTokens: NaN,
    cacheWriteTokens: NaN,
    outputTokens: spoken + thought,
    reasoningTokens: reasoning === "" ? NaN : thought,
  };
}

/** A bill so many times above our own figure is in another unit, or of another call. */
const mostTimesAbove = 10;
const notableDifference = 0.2;

type Costed = Pick<CallCost, "costUsd" | "costSource"> & {
  readonly completion: Pick<ChatCompletion, "reportedCostUsd">;
};

/** Whether the provider's bill and our own figure differ by more than a fifth of the larger. */
export function billDiffers({ costUsd: ours, costSource, completion: { reportedCostUsd: bill } }: Costed): boolean {
  if (Number.isNaN(bill) || Number.isNaN(ours) || costSource === "billed") return false;
  return Math.abs(bill - ours) > notableDifference * Math.max(bill, ours);
}

/** What a budget counts: the dearer of our figure and the bill, unless the bill cannot be true. NaN where neither is known. */
export function spentUsd({ costUsd: ours, completion: { reportedCostUsd: bill } }: Omit<Costed, "costSource">): number {
  if (Number.isNaN(ours)) return bill;
  return bill > ours && bill <= ours * mostTimesAbove ? bill : ours;
}
