/** One queue of one run, served by this process. */
import { setMaxListeners } from "node:events";
import type { Job, Worker } from "bullmq";
import type { Redis } from "ioredis";
import { claimKey, jobIdOf, jobPrefix, readyKey, resultsKey, savedKey } from "./keys.ts";
import { loadBullMq } from "./load-bullmq.ts";
import { isReplyError } from "./queue-error.ts";
import type { LaneInfo, RunInfo } from "./run-info.ts";
import type { JobHandler } from "./worker.ts";

export interface ServedLane {
  /** nothing to do for a while */
  isIdle(): boolean;
  /** Takes no more jobs; those at hand get `graceMs`, then they are given back. */
  close(graceMs: number): Promise<void>;
}

export interface LaneToServe {
  readonly run: string;
  readonly info: RunInfo;
  readonly lane: LaneInfo;
  readonly handler: JobHandler;
}

/** A job that was taken over so often is given up; the coordinator then decides. */
export const mostStalls = 5;
/** Results that Redis may have lost when it comes back: so many, so young. */
const rememberedResults = 500;
const rememberedMs = 10_000;

export async function serveLane(redis: Redis, served: LaneToServe): Promise<ServedLane> {
  const { Worker: BullWorker, WaitingError } = await loadBullMq();
  const { lane, info, handler } = served;
  const stop = new AbortController();
  // Every job at hand listens; that is no leak.
  setMaxListeners(0, stop.signal);
  const desk = new Deliveries(redis, served);
  const process = async (job: Job<string>, token: string | undefined): Promise<void> => {
    const name = job.id ?? "";
    if (job.stalledCounter > 0 && (await isDelivered(redis, lane.queue, name))) return;
    const begunBefore = Math.max(0, job.attemptsStarted - 1);
    try {
      await desk.once(name, () => handler.handle(name, job.data, stop.signal, begunBefore));
    } catch (error) {
      if (!stop.signal.aborted) throw error;
      await job.moveToWait(token);
      throw new WaitingError();
    }
  };
  const worker: Worker<string> = new BullWorker<string>(lane.queue, process, {
    connection: redis,
    prefix: jobPrefix,
    concurrency: Math.min(handler.concurrency, lane.concurrency),
    lockDuration: info.lockMs,
    // The coordinator looks for stalled jobs (watch-stalls.ts): a worker that looked once more after the end would leave a key.
    skipStalledCheck: true,
    maxStalledCount: mostStalls,
  });
  // Lost connections and forgotten jobs are mended elsewhere; without a listener they would end the process.
  worker.on("error", () => undefined);
  return {
    isIdle: () => handler.isIdle?.() ?? false,
    async close(graceMs) {
      const timer = setTimeout(() => stop.abort(new Error("the worker stops")), graceMs);
      await worker.close();
      clearTimeout(timer);
      desk.close();
      await handler.close();
    },
  };
}

/** Whether another worker has done a job that it could not close any more. */
async function isDelivered(redis: Redis, queue: string, job: string): Promise<boolean> {
  const [waits, isSaved] = await Promise.all([
    redis.hexists(resultsKey(queue), job),
    redis.sismember(savedKey(queue), job),
  ]);
  return waits === 1 || isSaved === 1;
}

/** Jobs at hand and results lately delivered, in case Redis forgets them. */
class Deliveries {
  readonly #redis: Redis;
  readonly #run: string;
  readonly #queue: string;
  readonly #lockMs: number;
  readonly #atHand = new Map<string, Promise<void>>();
  readonly #lately = new Map<string, { readonly result: Buffer; readonly at: number }>();
  readonly #timer: NodeJS.Timeout;
  readonly #back = (): void => {
    void this.#afterBreak().catch(() => undefined);
  };

  constructor(redis: Redis, { run, lane, info }: LaneToServe) {
    this.#redis = redis;
    this.#run = run;
    this.#queue = lane.queue;
    this.#lockMs = info.lockMs;
    this.#timer = setInterval(() => void this.#claim().catch(() => undefined), info.lockMs / 3);
    redis.on("ready", this.#back);
  }

  /** Does a job and delivers its result; the same job, come again while it is at hand, is waited for. */
  async once(job: string, work: () => Promise<Uint8Array>): Promise<void> {
    const running = this.#atHand.get(job) ?? this.#start(job, work);
    await running;
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

  async #deliver(job: string, result: Buffer): Promise<void> {
    for (;;) {
      try {
        // In this order, on one line: who hears of a result finds it.
        await Promise.all([
          this.#redis.hset(resultsKey(this.#queue), job, result),
          this.#redis.rpush(readyKey(this.#run), jobIdOf(this.#queue, job)),
        ]);
        return;
      } catch (error) {
        // Paid for: delivered when Redis is back. What it refuses outright it would refuse again.
        if (isReplyError(error)) throw error;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
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
