/** Whether reported tokens can be those of a call: what cannot be is not billed. */
import { usageProblem } from "./price.ts";
import type { ChatCompletion, ChatRequest, TokenUsage } from "../core/chat.ts";

/** A character has at most 4 bytes, and no token is less than a byte. */
const mostTokensPerCharacter = 4;
/** What a provider may put before a prompt unseen: its own system prompt, tools. */
const unseenTokens = 50_000;
/** Several times the longest answer of any model, thoughts included. */
const longestAnswer = 2_000_000;
/** The longest tokens are rows of spaces or dashes of about this length; words are far shorter. */
const mostCharactersPerToken = 128;

/** The usage, when it can be true: not nothing for something, and not more than the texts can hold. */
export function plausibleUsage(
  { usage, text, reasoning = "" }: Pick<ChatCompletion, "usage" | "text" | "reasoning">,
  { messages }: Pick<ChatRequest, "messages">,
): TokenUsage | undefined {
  if (usage === undefined || usageProblem(usage) !== undefined) return undefined;
  const { inputTokens, outputTokens } = usage;
  const asked = messages.reduce((sum, { content }) => sum + content.length, 0);
  const said = text.length + reasoning.length;
  const fitsInput = inputTokens >= 1 && inputTokens <= asked * mostTokensPerCharacter + unseenTokens;
  // Thoughts may be unseen, or shown in short: only too few tokens for what is seen, or more than any model gives, is impossible.
  const fitsOutput = outputTokens * mostCharactersPerToken >= text.length && outputTokens <= longestAnswer;
  return fitsInput && fitsOutput && (outputTokens > 0 || said === 0) ? usage : undefined;
}
