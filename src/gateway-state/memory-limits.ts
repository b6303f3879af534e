/** Rate limits kept by this process. */
import type { KeyLimits, RateLimits, Spender, Taken } from "./state.ts";
import { filled, taken, waitMs } from "./token-bucket.ts";
import type { Bucket } from "./token-bucket.ts";

interface Buckets {
  requests: Bucket;
  tokens: Bucket;
}

/** Buckets kept at once; the ones that were not used for longest go first. A minute after its last use a bucket is full anyway. */
const mostBuckets = 100_000;

/** @param now milliseconds of a clock that all calls share */
export function memoryLimits(now: () => number): RateLimits {
  const kept = new Map<string, Buckets>();
  const keep = (id: string, buckets: Buckets): void => {
    kept.delete(id);
    kept.set(id, buckets);
    if (kept.size > mostBuckets) kept.delete(kept.keys().next().value ?? "");
  };
  const current = ({ id, limits }: Spender): Buckets => {
    const { requests, tokens } = allowances(limits);
    const old = kept.get(id);
    return { requests: filled(old?.requests, requests, now()), tokens: filled(old?.tokens, tokens, now()) };
  };
  return {
    take(spender, estimatedTokens) {
      const { requests, tokens } = allowances(spender.limits);
      const wanted = Number.isNaN(estimatedTokens) ? 0 : estimatedTokens;
      const buckets = current(spender);
      const tokensWaitMs = estimatedTokens === 0 ? 0 : waitMs(buckets.tokens, tokens, wanted);
      const refusal = refusalOf(waitMs(buckets.requests, requests, 1), tokensWaitMs);
      if (refusal !== undefined) return refusal;
      keep(spender.id, {
        requests: taken(buckets.requests, requests, 1),
        tokens: taken(buckets.tokens, tokens, wanted),
      });
      return { ok: true };
    },
    correct(spender, estimatedTokens, tokens) {
      const off = tokens - (Number.isNaN(estimatedTokens) ? 0 : estimatedTokens);
      if (!Number.isFinite(off) || off === 0) return;
      const buckets = current(spender);
      keep(spender.id, { ...buckets, tokens: taken(buckets.tokens, allowances(spender.limits).tokens, off) });
    },
  };
}

/** No limit is a bucket that is never empty. */
export function allowances({ requestsPerMinute, tokensPerMinute }: KeyLimits): { requests: number; tokens: number } {
  return { requests: requestsPerMinute ?? Number.MAX_VALUE, tokens: tokensPerMinute ?? Number.MAX_VALUE };
}

/** By what each bucket would have to be waited for; undefined when neither has to be. */
export function refusalOf(requestsWaitMs: number, tokensWaitMs: number): Taken | undefined {
  const retryAfterMs = Math.max(requestsWaitMs, tokensWaitMs);
  if (retryAfterMs <= 0) return undefined;
  return { ok: false, reason: requestsWaitMs >= tokensWaitMs ? "requests" : "tokens", retryAfterMs };
}
