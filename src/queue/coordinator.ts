/**
 * The side of a run that puts jobs up and takes results in. Jobs go through BullMQ; a result is written to a hash before its job
 * is closed, and stays there until `saved` is called: a coordinator that dies loses none, and the next one finds them. Redis may
 * forget everything: what is still owed is put up again, once no worker claims to be at it.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Redis } from "ioredis";
import { SignalboxError } from "../core/errors.ts";
import { openLanes, putUp } from "./lanes.ts";
import type { OpenLane } from "./lanes.ts";
import { jobIdOf, jobIdParts, readyKey, refusalsKey, resultsKey, runsKey, savedKey } from "./keys.ts";
import { findMissing } from "./find-missing.ts";
import { isReplyError, queueError } from "./queue-error.ts";
import type { RunInfo } from "./run-info.ts";
import { runNotes } from "./run-notes.ts";
import type { RunNotes } from "./run-notes.ts";
import { watchStalls } from "./watch-stalls.ts";

export interface CoordinatorOptions {
  /** stays the same when the run goes on after a stop: results kept for it are found by this name */
  readonly run: string;
  readonly info: RunInfo;
  /** Whether the result of a job is on disk since an earlier run: then what is kept of it goes. */
  readonly isSaved: (job: string) => boolean;
  /** how often what is owed is compared with what Redis holds */
  readonly checkMs?: number | undefined;
  /** Told what a user can mend: that no worker serves a queue. */
  readonly onNote?: ((text: string) => void) | undefined;
}

export interface Coordinator {
  /**
   * Puts a job up and resolves with its result. One job of a name at a time.
   * @throws SignalboxError when worker after worker was lost over it, or Redis refuses it; the signal's reason when aborted
   */
  submit(queue: string, job: string, data: string, signal: AbortSignal | undefined): Promise<Buffer>;
  /** The result is on disk: Redis need not keep it. */
  saved(queue: string, job: string): void;
  /**
   * Ends the run. `isDone`: nothing is owed, so nothing need be kept. Else what no worker has begun is taken back, and the results
   * of what workers are at stay for the next time.
   */
  close(isDone: boolean): Promise<void>;
}

/** A job that was put up and has no result yet. */
export interface Owed {
  readonly queue: string;
  readonly job: string;
  readonly data: string;
  readonly finish: (result: Buffer) => void;
  readonly fail: (error: unknown) => void;
  /** when Redis was first seen without it */
  missingSince: number | undefined;
  /** how often it was put up anew */
  again: number;
}

const defaultCheckMs = 2000;
const takenAtOnce = 500;
const mostAgain = 5;
const noteAfterMs = 10_000;

/** Opens a run. `redis` stays the caller's; a second connection is made to wait on. */
export async function openCoordinator(redis: Redis, options: CoordinatorOptions): Promise<Coordinator> {
  const run = new Run(redis, options, await openLanes(redis, options.info.lanes));
  await run.start();
  return run;
}

class Run implements Coordinator {
  readonly #redis: Redis;
  readonly #waiting: Redis;
  readonly #options: CoordinatorOptions;
  readonly #lanes: readonly OpenLane[];
  readonly #owed = new Map<string, Owed>();
  /** handed over, and not yet said to be on disk */
  readonly #handedOver = new Set<string>();
  /** found before anybody asked for them */
  readonly #early = new Map<string, Buffer>();
  /** the latest that were saved, and when: a result that comes twice, or a job that was not closed, is told by it */
  readonly #savedLately = new Map<string, number>();
  #toAdd: Owed[] = [];
  #toRemove: string[] = [];
  #flushing: Promise<void> | undefined;
  #loops: Promise<unknown> = Promise.resolve();
  #unwatch: (() => Promise<void>) | undefined;
  readonly #closing = new AbortController();
  #lastNews = performance.now();
  readonly #notes: RunNotes;

  constructor(redis: Redis, options: CoordinatorOptions, lanes: readonly OpenLane[]) {
    this.#redis = redis;
    this.#options = options;
    this.#lanes = lanes;
    this.#notes = runNotes(redis, lanes, options);
    this.#waiting = redis.duplicate();
    this.#waiting.on("error", () => undefined);
  }

  async start(): Promise<void> {
    for (const { queue } of this.#lanes) await queue.drain();
    await this.#announce();
    await this.#collectKept();
    this.#unwatch = await watchStalls(this.#redis, this.#options.info);
    this.#loops = Promise.all([this.#take(), this.#check()]);
  }

  submit(queue: string, job: string, data: string, signal: AbortSignal | undefined): Promise<Buffer> {
    const id = jobIdOf(queue, job);
    const early = this.#early.get(id);
    if (early) {
      this.#early.delete(id);
      this.#handedOver.add(id);
      return Promise.resolve(early);
    }
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const ended = (): void => {
        signal?.removeEventListener("abort", aborted);
        this.#owed.delete(id);
      };
      const fail = (error: unknown): void => {
        ended();
        reject(error);
      };
      const aborted = (): void => fail(signal?.reason);
      const finish = (result: Buffer): void => {
        ended();
        this.#handedOver.add(id);
        resolve(result);
      };
      signal?.addEventListener("abort", aborted, { once: true });
      const owed: Owed = { queue, job, data, finish, fail, missingSince: undefined, again: 0 };
      this.#owed.set(id, owed);
      this.#toAdd.push(owed);
      this.#flushing ??= this.#flush();
    });
  }

  saved(queue: string, job: string): void {
    const id = jobIdOf(queue, job);
    this.#handedOver.delete(id);
    this.#forget(id);
  }

  async close(isDone: boolean): Promise<void> {
    this.#closing.abort();
    this.#waiting.disconnect();
    await Promise.all([this.#loops, this.#unwatch?.()]);
    await this.#flushing;
    await this.#redis.hdel(runsKey, this.#options.run);
    await this.#redis.del(refusalsKey(this.#options.run));
    for (const { queue, info } of this.#lanes) {
      await (isDone ? queue.obliterate({ force: true }) : queue.drain());
      if (isDone) await this.#redis.del(resultsKey(info.queue), readyKey(this.#options.run));
      await this.#redis.del(savedKey(info.queue));
      await queue.close();
    }
  }

  #forget(id: string): void {
    this.#savedLately.set(id, performance.now());
    this.#toRemove.push(id);
    this.#flushing ??= this.#flush();
  }

  /** A job whose worker could not close it is taken over within this time, or never. */
  async #forgetMarks(): Promise<void> {
    const before = performance.now() - 3 * this.#options.info.lockMs;
    const old: string[] = [];
    for (const [id, at] of this.#savedLately) {
      if (at > before) break;
      old.push(id);
      this.#savedLately.delete(id);
    }
    await Promise.all(byQueue(old).map(([queue, jobs]) => this.#redis.srem(savedKey(queue), ...jobs)));
  }

  /** Sends what has gathered, again and again until nothing is left; one turn of the event loop gathers more. */
  async #flush(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#toAdd.length + this.#toRemove.length > 0) {
      const [add, remove] = [this.#toAdd, this.#toRemove];
      [this.#toAdd, this.#toRemove] = [[], []];
      await Promise.all([
        this.#lost(putUp(this.#lanes, add), add),
        ...byQueue(remove).map(([queue, jobs]) => this.#lost(this.#removeResults(queue, jobs), [])),
      ]);
    }
    this.#flushing = undefined;
  }

  async #removeResults(queue: string, jobs: readonly string[]): Promise<void> {
    await Promise.all([this.#redis.sadd(savedKey(queue), ...jobs), this.#redis.hdel(resultsKey(queue), ...jobs)]);
  }

  /** A broken line is mended by the next check; what Redis refuses is told. */
  async #lost(sending: Promise<unknown>, owed: readonly Owed[]): Promise<void> {
    try {
      await sending;
    } catch (error) {
      if (isReplyError(error)) for (const { fail } of owed) fail(queueError("Redis refuses a job", error));
    }
  }

  async #take(): Promise<void> {
    const ready = readyKey(this.#options.run);
    while (!this.#closing.signal.aborted) {
      try {
        const first = await this.#waiting.blpop(ready, 1);
        if (first) await this.#handOver([first[1], ...((await this.#redis.lpop(ready, takenAtOnce)) ?? [])]);
      } catch {
        // The line broke: results stay where they are, and the check finds what this turn has missed.
        await sleep(50, undefined, { signal: this.#closing.signal }).catch(() => undefined);
      }
    }
  }

  async #handOver(ids: readonly string[]): Promise<void> {
    for (const [queue, jobs] of byQueue(ids)) {
      const results = await this.#redis.hmgetBuffer(resultsKey(queue), ...jobs);
      for (const [i, job] of jobs.entries()) this.#accept(jobIdOf(queue, job), results[i] ?? undefined);
    }
    this.#lastNews = performance.now();
  }

  #accept(id: string, result: Buffer | undefined): void {
    if (!result || this.#handedOver.has(id)) return;
    const owed = this.#owed.get(id);
    if (owed) owed.finish(result);
    else if (this.#savedLately.has(id) || this.#options.isSaved(jobIdParts(id)[1])) this.#forget(id);
    else this.#early.set(id, result);
  }

  async #announce(): Promise<void> {
    await this.#redis.hset(runsKey, this.#options.run, JSON.stringify(this.#options.info));
    for (const { queue, info } of this.#lanes) await queue.setGlobalConcurrency(info.concurrency);
  }

  async #collectKept(): Promise<void> {
    for (const { info } of this.#lanes) {
      const jobs = await this.#redis.hkeys(resultsKey(info.queue));
      const news = jobs.map((job) => jobIdOf(info.queue, job)).filter((id) => !this.#early.has(id));
      for (let from = 0; from < news.length; from += takenAtOnce)
        await this.#handOver(news.slice(from, from + takenAtOnce));
    }
  }

  async #check(): Promise<void> {
    const { signal } = this.#closing;
    for (;;) {
      await sleep(this.#options.checkMs ?? defaultCheckMs, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
      try {
        await this.#checkOnce();
      } catch {
        // The line broke; the next check tells more.
      }
    }
  }

  async #checkOnce(): Promise<void> {
    await this.#announce();
    await this.#collectKept();
    await this.#forgetMarks();
    const missing = await findMissing(this.#redis, [...this.#owed.values()], this.#options.info.lockMs);
    for (const owed of missing) {
      owed.again++;
      if (owed.again > mostAgain) owed.fail(lostAgain(owed));
      else this.#toAdd.push(owed);
    }
    if (missing.length > 0) this.#flushing ??= this.#flush();
    await this.#notes.refusals();
    await this.#noteIdle();
  }

  async #noteIdle(): Promise<void> {
    if (this.#owed.size === 0 || performance.now() - this.#lastNews < noteAfterMs) return;
    if (await this.#notes.idle(new Set([...this.#owed.values()].map(({ queue }) => queue))))
      this.#lastNews = performance.now();
  }
}

function lostAgain({ again }: Owed): SignalboxError {
  return new SignalboxError({ problem: `its workers were lost ${again} times`, mend: "See what ends the workers." });
}

function byQueue(ids: readonly string[]): [queue: string, jobs: string[]][] {
  const groups = new Map<string, string[]>();
  for (const id of ids) {
    const [queue, job] = jobIdParts(id);
    const group = groups.get(queue);
    if (group) group.push(job);
    else groups.set(queue, [job]);
  }
  return [...groups];
}
