/** A completion as it comes out of JSON, made whole: JSON cannot say NaN and writes null for it. */
import type { ChatCompletion } from "./chat.ts";

/** The completion with NaN where a number is null. */
export function completionFromJson(stored: ChatCompletion): ChatCompletion {
  const { usage } = stored;
  return {
    ...stored,
    usage: usage && {
      inputTokens: number(usage.inputTokens),
      cachedInputTokens: number(usage.cachedInputTokens),
      cacheWriteTokens: number(usage.cacheWriteTokens),
      outputTokens: number(usage.outputTokens),
      reasoningTokens: number(usage.reasoningTokens),
    },
    reportedCostUsd: number(stored.reportedCostUsd),
    firstTokenMs: number(stored.firstTokenMs),
    latencyMs: number(stored.latencyMs),
  };
}

function number(value: number | null): number {
  return value ?? NaN;
}
