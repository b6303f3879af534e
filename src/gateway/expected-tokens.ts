/** What a call may use, before it is made: what is held of budgets and of a minute's tokens. On the safe side, not the worst case. */
import type { ReadBody } from "./body/read-body.ts";
import type { Expected } from "./call-guard.ts";

/** The whole body counts, its JSON and its pictures as well; English has about four bytes a token. */
const bytesPerToken = 3;
const limitNames = ["max_completion_tokens", "max_tokens", "max_output_tokens"] as const;

export function expectedTokens({ bytes, fields }: Pick<ReadBody, "bytes" | "fields">, longestAnswer: number): Expected {
  // Of several limits the widest: which one an endpoint goes by is not known.
  let widest = 0;
  for (const name of limitNames) widest = Math.max(widest, countOf(fields[name]) ?? 0);
  const limit = widest > 0 ? widest : longestAnswer;
  return {
    inputTokens: Math.min(Math.ceil(bytes.length / bytesPerToken), mostTokens),
    outputTokens: Math.min(limit * (countOf(fields["n"]) ?? 1), mostTokens),
    isLimited: widest > 0,
  };
}

/** More than any call has; a price refuses ten times as many (prices/price.ts), and no client's word may come to that. */
const mostTokens = 1e7;

function countOf(value: unknown): number | undefined {
  return typeof value === "number" && Number.isInteger(value) && value > 0 ? Math.min(value, mostTokens) : undefined;
}
