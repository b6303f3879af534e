/**
 * What a worker owes a queue: results on their way to Redis, jobs at hand, and results lately delivered, in case Redis forgets
 * them.
 */
import type { Redis } from "ioredis";
import { claimKey, jobIdOf, readyKey, resultsKey, sayGivenBack } from "./keys.ts";
import { isReplyError } from "./queue-error.ts";

/** Results that Redis may have lost when it comes back: so many, so young. */
const rememberedResults = 500;
const rememberedMs = 10_000;
const againAfterMs = 100;
/** A write to Redis costs more than the results it is for; as the journal, which gathers for as long. */
const gatherMs = 3;

/** Whose deliveries they are. */
interface Desk {
  readonly run: string;
  readonly queue: string;
  /** a worker that is silent for so long is taken for dead */
  readonly lockMs: number;
}

/** A result that is to be in Redis before its job counts as done. */
interface Outgoing {
  readonly job: string;
  readonly result: Buffer;
  readonly delivered: () => void;
  readonly refused: (error: unknown) => void;
}

export class Deliveries {
  readonly #redis: Redis;
  readonly #run: string;
  readonly #queue: string;
  readonly #lockMs: number;
  readonly #atHand = new Map<string, Promise<void>>();
  readonly #lately = new Map<string, { readonly result: Buffer; readonly at: number }>();
  #outgoing: Outgoing[] = [];
  #isSending = false;
  readonly #timer: NodeJS.Timeout;
  readonly #back = (): void => {
    void this.#afterBreak().catch(() => undefined);
  };

  constructor(redis: Redis, { run, queue, lockMs }: Desk) {
    this.#redis = redis;
    this.#run = run;
    this.#queue = queue;
    this.#lockMs = lockMs;
    this.#timer = setInterval(() => void this.#claim().catch(() => undefined), lockMs / 3);
    redis.on("ready", this.#back);
  }

  /** Does a job and delivers its result; the same job, come again while it is at hand, is waited for. */
  async once(job: string, work: () => Promise<Uint8Array>): Promise<void> {
    const running = this.#atHand.get(job) ?? this.#start(job, work);
    await running;
  }

  /** Says of jobs that they will not be begun here; `before` goes out on the same line first. */
  async giveBack(carrier: string, jobs: readonly string[], before: () => Promise<unknown>): Promise<void> {
    const words = jobs.map((job) => sayGivenBack({ carrier, id: jobIdOf(this.#queue, job) }));
    await untilHeard(() => [before(), this.#redis.rpush(readyKey(this.#run), ...words)]);
  }

  close(): void {
    clearInterval(this.#timer);
    this.#redis.off("ready", this.#back);
  }

  #start(job: string, work: () => Promise<Uint8Array>): Promise<void> {
    const running = this.#finish(job, work).finally(() => this.#atHand.delete(job));
    this.#atHand.set(job, running);
    return running;
  }

  async #finish(job: string, work: () => Promise<Uint8Array>): Promise<void> {
    const lately = this.#lately.get(job)?.result;
    const result = lately ?? Buffer.from(await work());
    this.#remember(job, result);
    await this.#deliver(job, result);
  }

  /** What comes within a moment goes out together. */
  #deliver(job: string, result: Buffer): Promise<void> {
    if (!this.#isSending) setTimeout(() => void this.#send(), gatherMs);
    this.#isSending = true;
    return new Promise((delivered, refused) => this.#outgoing.push({ job, result, delivered, refused }));
  }

  async #send(): Promise<void> {
    const batch = this.#outgoing;
    this.#outgoing = [];
    this.#isSending = false;
    const ids = batch.map(({ job }) => jobIdOf(this.#queue, job));
    try {
      // In this order, on one line: who hears of a result finds it.
      await untilHeard(() => [
        this.#redis.hset(resultsKey(this.#queue), ...batch.flatMap(({ job, result }) => [job, result])),
        this.#redis.rpush(readyKey(this.#run), ...ids),
      ]);
      for (const { delivered } of batch) delivered();
    } catch (error) {
      for (const { refused } of batch) refused(error);
    }
  }

  #remember(job: string, result: Buffer): void {
    this.#lately.set(job, { result, at: performance.now() });
    for (const [oldest, { at }] of this.#lately) {
      if (this.#lately.size <= rememberedResults && performance.now() - at <= rememberedMs) break;
      this.#lately.delete(oldest);
    }
  }

  async #claim(): Promise<void> {
    if (this.#atHand.size === 0) return;
    const claims = this.#redis.pipeline();
    for (const job of this.#atHand.keys()) claims.set(claimKey(this.#queue, job), "1", "PX", this.#lockMs);
    await claims.exec();
  }

  async #afterBreak(): Promise<void> {
    await this.#claim();
    for (const [job, { result, at }] of this.#lately) {
      if (performance.now() - at <= rememberedMs) await this.#deliver(job, result);
    }
  }
}

/** Says it again until Redis has heard it. What it refuses outright it would refuse again. */
async function untilHeard(say: () => Promise<unknown>[]): Promise<void> {
  for (;;) {
    try {
      // oxlint-disable-next-line no-await-in-loop -- once more only when it went wrong
      await Promise.all(say());
      return;
    } catch (error) {
      if (isReplyError(error)) throw error;
      // oxlint-disable-next-line no-await-in-loop
      await new Promise((resolve) => setTimeout(resolve, againAfterMs));
    }
  }
}
