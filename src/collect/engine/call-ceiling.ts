/** What a call can take at most, before it is made: what is reserved for it. */
import type { ChatRequest } from "../../core/chat.ts";
import { costUsd } from "../../prices/price.ts";
import type { Price } from "../../prices/price.ts";
import type { PlannedCall } from "./caller.ts";

/** About how many characters make a token, on the careful side: a reservation must not be too small. */
const charactersPerToken = 3;
/** What a message costs beside its text. */
const tokensPerMessage = 8;
/** Reserved for an answer whose length is not limited. */
export const longAnswer = 4096;
const partsUnknown = { cachedInputTokens: NaN, cacheWriteTokens: NaN, reasoningTokens: NaN };

/** A careful guess: more input than there will be, and the longest answer allowed. `price` undefined = not priced, 0 USD. */
export function callCeiling(
  { messages, parameters }: ChatRequest,
  price: Price | undefined,
): Pick<PlannedCall, "tokensGuess" | "mostUsd"> {
  const characters = messages.reduce((sum, { content }) => sum + content.length, 0);
  const inputTokens = Math.ceil(characters / charactersPerToken) + tokensPerMessage * messages.length;
  const outputTokens = parameters.maxOutputTokens ?? longAnswer;
  return {
    tokensGuess: inputTokens + outputTokens,
    mostUsd: price ? costUsd({ inputTokens, outputTokens, ...partsUnknown }, price) : 0,
  };
}
