/**
 * Keeps calls to one model under its limits: so many requests and so many tokens in any minute, less after a 429.
 * Calls pass in the order they came. Virtual scheduling (GCRA): one number per limit says when the next call is due.
 */
import { bucketShapes, halvingEveryMs, longestPauseMs, paceRecovery, slowestPace } from "./bucket-shapes.ts";
import type { BucketShape, RateLimits } from "./bucket-shapes.ts";

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

export class RateLimiter implements Pace {
  readonly #buckets: readonly Bucket[];
  readonly #clock: Clock;
  #turn: Promise<void> = Promise.resolve();
  /** calls that wait for their turn, or in it */
  #queued = 0;
  #pausedUntil = -Infinity;
  #pace = 1;
  #halvedAt = -Infinity;
  /** where no limit is set, the flow that a 429 answered: what there is to slow down */
  #observed: Bucket | undefined;
  readonly #flow: Flow = { since: NaN, passed: 0 };

  constructor(limits: RateLimits, clock: Clock) {
    this.#clock = clock;
    this.#buckets = bucketShapes(limits).map((shape) => ({ ...shape, dueMs: -Infinity }));
  }

  /** The share of the limits that is used at present, 1 when nothing was refused lately. */
  get pace(): number {
    return this.#pace;
  }

  /** Resolves when a call of about so many tokens may go out. Rejects with the signal's reason. */
  async acquire(tokens: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    if (this.#queued === 0 && this.#waitMs() <= 0) return this.#pass(tokens);
    const before = this.#turn;
    let pass = (): void => undefined;
    this.#turn = new Promise<void>((resolve) => (pass = resolve));
    this.#queued++;
    try {
      await before;
      await this.#untilDue(tokens, signal);
    } finally {
      this.#queued--;
      pass();
    }
  }

  /** Tells what a call took in the end, so that a wrong guess is made good. */
  settle(guessedTokens: number, tokens: number): void {
    for (const bucket of this.#buckets)
      bucket.dueMs += this.#msFor(bucket, bucket.cost(tokens) - bucket.cost(guessedTokens));
  }

  /** A 429: nothing goes out before `retryAfterMs`, and then at half the pace: of the limits, or of what went out. */
  refused(retryAfterMs = 0): void {
    const now = this.#clock.now();
    this.#pausedUntil = Math.max(this.#pausedUntil, now + Math.min(retryAfterMs, longestPauseMs));
    // Calls sent together are refused together: that is one word, not ten.
    if (now - this.#halvedAt < halvingEveryMs) return;
    this.#halvedAt = now;
    this.#pace = Math.max(slowestPace, this.#pace / 2);
    if (this.#buckets.length === 0) this.#observed ??= observedBucket(this.#flow, now);
  }

  succeeded(): void {
    this.#pace = Math.min(1, this.#pace * paceRecovery);
    if (this.#pace === 1) this.#observed = undefined;
  }

  get #inForce(): readonly Bucket[] {
    return this.#observed ? [this.#observed] : this.#buckets;
  }

  async #untilDue(tokens: number, signal: AbortSignal | undefined): Promise<void> {
    for (;;) {
      signal?.throwIfAborted();
      const waitMs = this.#waitMs();
      if (waitMs <= 0) return this.#pass(tokens);
      // oxlint-disable-next-line no-await-in-loop -- a pause may grow while we wait
      await this.#clock.wait(Math.ceil(waitMs), signal);
    }
  }

  /** How long the next call has to wait. */
  #waitMs(): number {
    const now = this.#clock.now();
    return this.#inForce.reduce(
      (longest, { dueMs, burstMs }) => Math.max(longest, dueMs - burstMs - now),
      this.#pausedUntil - now,
    );
  }

  #pass(tokens: number): void {
    const now = this.#clock.now();
    for (const bucket of this.#inForce)
      bucket.dueMs = Math.max(bucket.dueMs, now) + this.#msFor(bucket, bucket.cost(tokens));
    notePassed(this.#flow, now);
  }

  #msFor({ msPerUnit }: Bucket, units: number): number {
    return (units * msPerUnit) / this.#pace;
  }
}

/** Calls that went out, older ones counting less. */
interface Flow {
  since: number;
  passed: number;
}

const rememberedCalls = 1000;

function notePassed(flow: Flow, now: number): void {
  if (Number.isNaN(flow.since)) flow.since = now;
  if (++flow.passed < rememberedCalls) return;
  flow.since = (flow.since + now) / 2;
  flow.passed /= 2;
}

/** A call at a time, at the mean distance of those that went out. */
function observedBucket({ since, passed }: Flow, now: number): Bucket | undefined {
  if (passed === 0) return undefined;
  const msPerUnit = Math.max(1, (now - since) / passed);
  return { name: "requests", msPerUnit, burstMs: 0, cost: () => 1, dueMs: now };
}

interface Bucket extends BucketShape {
  /** when the bucket is empty again */
  dueMs: number;
}
