/** Repeats a call that failed for a passing reason: exponential backoff with jitter, and never before `retry-after`. */
import { setTimeout as sleep } from "node:timers/promises";
import pRetry from "p-retry";
import { EndpointError } from "./endpoint-error.ts";

export interface RetryOptions {
  /** Attempts after the first. Minimum: 0. @default 5 */
  readonly retries?: number | undefined;
  /** Wait before the first retry, doubled each time, times a random 1 to 2. @default 500 */
  readonly firstWaitMs?: number | undefined;
  /** Longest wait between two attempts; a `retry-after` beyond it ends the attempts. @default 60_000 */
  readonly longestWaitMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The result of `call`, which is repeated while it throws a retriable EndpointError. Rejects with the last error. */
export async function withRetries<T>(call: () => Promise<T>, options: RetryOptions = {}): Promise<T> {
  const { retries = 5, firstWaitMs = 500, longestWaitMs = 60_000, signal } = options;
  const worthWhile = (error: Error): boolean =>
    error instanceof EndpointError && error.retriable && (error.retryAfterMs ?? 0) <= longestWaitMs;
  options.signal?.throwIfAborted();
  // Most calls succeed at once, and need none of the rest.
  let first: unknown;
  try {
    return await call();
  } catch (error) {
    first = error;
  }
  const again = async (attempt: number): Promise<T> => {
    if (attempt === 1) throw first;
    return await call();
  };
  return await pRetry(again, {
    retries,
    minTimeout: firstWaitMs,
    maxTimeout: longestWaitMs,
    randomize: true,
    ...(signal && { signal }),
    shouldRetry: ({ error }) => worthWhile(error),
    async onFailedAttempt({ error, retriesLeft }) {
      if (retriesLeft === 0 || !worthWhile(error)) return;
      // Backoff follows this wait, so that many clients told the same second do not come back together.
      const wanted = (error as EndpointError).retryAfterMs ?? 0;
      if (wanted > 0) await sleep(wanted, undefined, { signal });
    },
  });
}
