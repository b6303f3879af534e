/** What limits per minute mean for a virtual schedule (GCRA), kept by this process or by Redis for all workers. */
export interface RateLimits {
  /** at most so many calls in any 60 s */
  readonly requestsPerMinute?: number | undefined;
  /** at most so many tokens in any 60 s, input and output */
  readonly tokensPerMinute?: number | undefined;
}

export interface BucketShape {
  readonly name: "requests" | "tokens";
  readonly msPerUnit: number;
  readonly burstMs: number;
  readonly cost: (tokens: number) => number;
}

/** After a 429 the pace halves, down to this share of the limits; with every success it comes back by some per cent. */
export const slowestPace = 1 / 64;
export const paceRecovery = 1.05;
export const halvingEveryMs = 1000;
/** Nothing goes out before a 429's `retry-after`; one that is longer is not believed: a call now and then asks again. */
export const longestPauseMs = 600_000;

const minuteMs = 60_000;
/** This share of a minute's allowance may go out at once; the rest is spread. */
const burstShare = 1 / 12;

/** One bucket a limit; none, none. */
export function bucketShapes({ requestsPerMinute, tokensPerMinute }: RateLimits): BucketShape[] {
  return [
    ...(requestsPerMinute === undefined ? [] : [shapeOf("requests", requestsPerMinute, () => 1)]),
    ...(tokensPerMinute === undefined ? [] : [shapeOf("tokens", tokensPerMinute, (tokens) => tokens)]),
  ];
}

/** Burst and steady flow together stay within the limit in any minute. */
function shapeOf(name: BucketShape["name"], perMinute: number, cost: BucketShape["cost"]): BucketShape {
  const burst = Math.max(1, Math.floor(perMinute * burstShare));
  const steady = Math.max(perMinute - burst, perMinute / 2);
  const msPerUnit = minuteMs / steady;
  return { name, msPerUnit, burstMs: (burst - 1) * msPerUnit, cost };
}
