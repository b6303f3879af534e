/**
 * Keeps calls to one model under its limits: so many requests and so many tokens in any minute, less after a 429.
 * Calls pass in the order they came. Virtual scheduling (GCRA): one number per limit says when the next call is due.
 */
export interface RateLimits {
  /** at most so many calls in any 60 s */
  readonly requestsPerMinute?: number | undefined;
  /** at most so many tokens in any 60 s, input and output */
  readonly tokensPerMinute?: number | undefined;
}

/** Milliseconds of a clock that never goes back, and a way to wait on it. */
export interface Clock {
  now(): number;
  /** Rejects with the signal's reason when it is aborted. */
  wait(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

/** What paces calls, in this process or for all workers of a run. */
export interface Pace {
  acquire(tokens: number, signal?: AbortSignal): Promise<void>;
  settle(guessedTokens: number, tokens: number): void;
  refused(retryAfterMs?: number): void;
  succeeded(): void;
}

const minuteMs = 60_000;
/** This share of a minute's allowance may go out at once; the rest is spread. */
const burstShare = 1 / 12;
/** After a 429 the pace halves, down to this share of the limits; with every success it comes back by some per cent. */
const slowest = 1 / 64;
const recovery = 1.05;

export class RateLimiter implements Pace {
  readonly #buckets: readonly Bucket[];
  readonly #clock: Clock;
  #turn: Promise<void> = Promise.resolve();
  #pausedUntil = -Infinity;
  #pace = 1;

  constructor({ requestsPerMinute, tokensPerMinute }: RateLimits, clock: Clock) {
    this.#clock = clock;
    this.#buckets = [
      ...(requestsPerMinute === undefined ? [] : [bucketOf(requestsPerMinute, () => 1)]),
      ...(tokensPerMinute === undefined ? [] : [bucketOf(tokensPerMinute, (tokens) => tokens)]),
    ];
  }

  /** The share of the limits that is used at present, 1 when nothing was refused lately. */
  get pace(): number {
    return this.#pace;
  }

  /** Resolves when a call of about so many tokens may go out. Rejects with the signal's reason. */
  async acquire(tokens: number, signal?: AbortSignal): Promise<void> {
    const before = this.#turn;
    let pass = (): void => undefined;
    this.#turn = new Promise<void>((resolve) => (pass = resolve));
    try {
      await before;
      await this.#untilDue(tokens, signal);
    } finally {
      pass();
    }
  }

  /** Tells what a call took in the end, so that a wrong guess is made good. */
  settle(guessedTokens: number, tokens: number): void {
    for (const bucket of this.#buckets)
      bucket.dueMs += this.#msFor(bucket, bucket.cost(tokens) - bucket.cost(guessedTokens));
  }

  /** A 429: nothing goes out before `retryAfterMs`, and then at half the pace. */
  refused(retryAfterMs = 0): void {
    this.#pausedUntil = Math.max(this.#pausedUntil, this.#clock.now() + retryAfterMs);
    this.#pace = Math.max(slowest, this.#pace / 2);
  }

  succeeded(): void {
    this.#pace = Math.min(1, this.#pace * recovery);
  }

  async #untilDue(tokens: number, signal: AbortSignal | undefined): Promise<void> {
    for (;;) {
      signal?.throwIfAborted();
      const now = this.#clock.now();
      const waitMs = Math.max(
        this.#pausedUntil - now,
        ...this.#buckets.map((bucket) => bucket.dueMs - bucket.burstMs - now),
      );
      if (waitMs <= 0) break;
      // oxlint-disable-next-line no-await-in-loop -- a pause may grow while we wait
      await this.#clock.wait(Math.ceil(waitMs), signal);
    }
    const now = this.#clock.now();
    for (const bucket of this.#buckets)
      bucket.dueMs = Math.max(bucket.dueMs, now) + this.#msFor(bucket, bucket.cost(tokens));
  }

  #msFor({ msPerUnit }: Bucket, units: number): number {
    return (units * msPerUnit) / this.#pace;
  }
}

interface Bucket {
  readonly msPerUnit: number;
  readonly burstMs: number;
  cost(tokens: number): number;
  /** when the bucket is empty again */
  dueMs: number;
}

/** Burst and steady flow together stay within the limit in any minute. */
function bucketOf(perMinute: number, cost: (tokens: number) => number): Bucket {
  const burst = Math.max(1, Math.floor(perMinute * burstShare));
  const steady = Math.max(perMinute - burst, perMinute / 2);
  const msPerUnit = minuteMs / steady;
  return { msPerUnit, burstMs: (burst - 1) * msPerUnit, cost, dueMs: -Infinity };
}
