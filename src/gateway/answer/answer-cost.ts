/**
 * What an answer used and cost, by our own price. Where the endpoint told no usage, or what cannot be, tokens are estimated from
 * the characters that passed: an answer is never free for want of a number.
 */
import type { CostSource, TokenUsage } from "../../core/chat.ts";
import { plausibleUsage } from "../../prices/plausible-usage.ts";
import { costUsd, usageProblem } from "../../prices/price.ts";
import type { RunningCall } from "../running-call.ts";
import type { AnswerFacts } from "../wires/wire.ts";

export interface AnswerCost {
  /** undefined where nothing was answered */
  readonly usage: TokenUsage | undefined;
  /** NaN where it is not known; 0 where nothing was answered */
  readonly costUsd: number;
  readonly costSource: CostSource;
}

const charactersPerToken = 4;

export function costOf({
  forwarded,
  promptCharacters,
}: Pick<RunningCall, "forwarded" | "promptCharacters">): AnswerCost {
  const facts = forwarded?.facts ?? forwarded?.watch?.facts();
  if (forwarded === undefined || facts === undefined) return { usage: undefined, costUsd: 0, costSource: "none" };
  const reported = plausible(facts, promptCharacters);
  const usage = reported ?? estimated(facts, promptCharacters);
  const { price } = forwarded.model;
  if (price === undefined) return { usage, costUsd: NaN, costSource: "none" };
  return { usage, costUsd: costUsd(usage, price), costSource: reported ? "priced" : "estimated" };
}

function plausible(facts: AnswerFacts, promptCharacters: number): TokenUsage | undefined {
  // An answer may be a call of tools, whose text is not read: only the counts themselves are looked at then.
  const { usage, text } = facts;
  if (usage && text === "") return usage.inputTokens > 0 && usageProblem(usage) === undefined ? usage : undefined;
  return plausibleUsage(facts, { messages: [{ role: "user", content: "x".repeat(promptCharacters) }] });
}

function estimated({ text, reasoning = "" }: AnswerFacts, promptCharacters: number): TokenUsage {
  return {
    inputTokens: Math.ceil(promptCharacters / charactersPerToken),
    cachedInputTokens: NaN,
    cacheWriteTokens: NaN,
    outputTokens: Math.ceil((text.length + reasoning.length) / charactersPerToken),
    reasoningTokens: NaN,
  };
}
