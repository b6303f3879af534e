/** A completion as it comes out of JSON, made whole: JSON cannot say NaN and writes null for it. */
import type { ChatCompletion } from "./chat.ts";

/** The completion with NaN where a number is null. */
export function completionFromJson(stored: ChatCompletion): ChatCompletion {
  const { text, reasoning, finishReason, servedModel, usage, usageSource, requestId } = stored;
  // Field by field: V8 keeps copies of spread objects alive far longer than this, and a journal has many of them.
  return {
    text,
    finishReason,
    servedModel,
    requestId,
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
    ...(reasoning !== undefined && { reasoning }),
    ...(usageSource !== undefined && { usageSource }),
  };
}

function number(value: number | null): number {
  return value ?? NaN;
}
