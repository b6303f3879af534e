/**
 * The side of a run that puts jobs up and takes results in. Jobs go through BullMQ; a result is written to a hash before its job
 * is closed, and stays there until `saved` is called: a coordinator that dies loses none, and the next one finds them. Redis may
 * forget everything: what is still owed is put up again, once no worker claims to be at it.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Redis } from "ioredis";
import { SignalboxError } from "../core/errors.ts";
import { byQueue } from "./by-queue.ts";
import { singleJobs } from "./chain-lengths.ts";
import type { ChainLengths } from "./chain-lengths.ts";
import { findMissing } from "./find-missing.ts";
import { givenBackOf, jobIdOf, jobIdParts } from "./keys.ts";
import { lostKey, readyKey, refusalsKey, resultsKey, runsKey, savedKey } from "./keys.ts";
import { openLanes, putUp, takeBack } from "./lanes.ts";
import type { OpenLane } from "./lanes.ts";
import type { Owed } from "./owed.ts";
import { isReplyError, queueError } from "./queue-error.ts";
import { runNotes } from "./run-notes.ts";
import type { RunNotes } from "./run-notes.ts";
import { SavedMarks } from "./saved-marks.ts";
import { watchStalls } from "./watch-stalls.ts";
import type { CoordinatorOptions } from "./coordinator-options.ts";

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

const defaultCheckMs = 2000;
const takenAtOnce = 500;
const mostAgain = 5;
/** Where jobs are in chains, more of them wait than workers are at: nothing is lost by waiting for more that go the same way. */
const gatherMs = 10;

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
  readonly #heeded = new WeakSet<AbortSignal>();
  /** handed over, and not yet said to be on disk */
  readonly #handedOver = new Set<string>();
  /** found before anybody asked for them */
  readonly #early = new Map<string, Buffer>();
  /** what workers were at when this coordinator began, and what it was put up in */
  #carriers = new Map<string, string>();
  readonly #marks: SavedMarks;
  readonly #lengths: ChainLengths;
  #toAdd: Owed[] = [];
  #flushing: Promise<void> | undefined;
  #loops: Promise<unknown> = Promise.resolve();
  #unwatch: (() => Promise<void>) | undefined;
  readonly #closing = new AbortController();
  readonly #notes: RunNotes;

  constructor(redis: Redis, options: CoordinatorOptions, lanes: readonly OpenLane[]) {
    this.#redis = redis;
    this.#options = options;
    this.#lanes = lanes;
    this.#notes = runNotes(redis, lanes, options);
    this.#marks = new SavedMarks(redis, options.info.lockMs);
    this.#lengths = options.lengths ?? singleJobs;
    this.#waiting = redis.duplicate();
    this.#waiting.on("error", () => undefined);
  }

  async start(): Promise<void> {
    this.#carriers = await takeBack(this.#lanes);
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
      this.#heed(signal);
      const fail = (error: unknown): void => {
        this.#owed.delete(id);
        reject(error);
      };
      const finish = (result: Buffer): void => {
        this.#owed.delete(id);
        this.#handedOver.add(id);
        resolve(result);
      };
      const carrier = this.#carriers.get(id);
      this.#carriers.delete(id);
      const state = { carrier: carrier ?? "", isAlone: false, missingSince: undefined, again: 0 };
      const owed: Owed = { queue, job, data, finish, fail, signal, ...state };
      this.#owed.set(id, owed);
      if (carrier === undefined) this.#putUp(owed);
    });
  }

  /** Listens to a signal once for all jobs that have it: each listener more would take the longer to add. */
  #heed(signal: AbortSignal | undefined): void {
    if (!signal || this.#heeded.has(signal)) return;
    this.#heeded.add(signal);
    const aborted = (): void => {
      for (const owed of this.#owed.values()) if (owed.signal === signal) owed.fail(signal.reason);
    };
    signal.addEventListener("abort", aborted, { once: true });
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
      if (isDone) await this.#redis.del(resultsKey(info.queue), lostKey(info.queue), readyKey(this.#options.run));
      await this.#redis.del(savedKey(info.queue));
      await queue.close();
    }
  }

  #forget(id: string): void {
    this.#marks.add(id);
    this.#flushing ??= this.#flush();
  }

  #putUp(owed: Owed): void {
    this.#toAdd.push(owed);
    this.#flushing ??= this.#flush();
  }

  /** Sends what has gathered, again and again until nothing is left. */
  async #flush(): Promise<void> {
    while (this.#toAdd.length > 0 || this.#marks.hasNews) {
      await this.#gather();
      const add = this.#toAdd;
      this.#toAdd = [];
      await Promise.all([this.#lost(putUp(this.#lanes, add, this.#lengths), add), this.#lost(this.#marks.send(), [])]);
    }
    this.#flushing = undefined;
  }

  /** A turn of the event loop gathers what was said in it; a moment more, what makes a chain. */
  async #gather(): Promise<void> {
    const isChained = this.#lanes.some(({ info }) => this.#lengths.of(info.queue) > 1);
    await (isChained && !this.#closing.signal.aborted
      ? sleep(gatherMs)
      : new Promise((resolve) => setImmediate(resolve)));
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
        if (!first) continue;
        await this.#gather();
        await this.#handOver([first[1], ...((await this.#redis.lpop(ready, takenAtOnce)) ?? [])]);
      } catch {
        // The line broke: results stay where they are, and the check finds what this turn has missed.
        await sleep(50, undefined, { signal: this.#closing.signal }).catch(() => undefined);
      }
    }
  }

  async #handOver(said: readonly string[]): Promise<void> {
    const ids = said.filter((one) => !this.#isGivenBack(one));
    for (const [queue, jobs] of byQueue(ids)) {
      const results = await this.#redis.hmgetBuffer(resultsKey(queue), ...jobs);
      for (const [i, job] of jobs.entries()) this.#accept(jobIdOf(queue, job), results[i] ?? undefined);
    }
    this.#notes.news();
  }

  /** Whether it is of a job that was not begun: then it goes up again, alone, so that it waits behind none. */
  #isGivenBack(said: string): boolean {
    const back = givenBackOf(said);
    const owed = back && this.#owed.get(back.id);
    if (owed && owed.carrier === back.carrier) {
      [owed.carrier, owed.isAlone] = ["", true];
      this.#putUp(owed);
    }
    return back !== undefined;
  }

  #accept(id: string, result: Buffer | undefined): void {
    if (!result || this.#handedOver.has(id)) return;
    const owed = this.#owed.get(id);
    if (owed) {
      owed.finish(result);
      this.#lengths.came(owed.queue, 1);
    } else if (this.#marks.has(id) || this.#options.isSaved(jobIdParts(id)[1])) this.#forget(id);
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
    await this.#marks.forgetOld();
    const missing = await findMissing(this.#redis, [...this.#owed.values()], this.#options.info.lockMs);
    for (const owed of missing) {
      owed.again++;
      owed.isAlone = true;
      if (owed.again > mostAgain) owed.fail(lostAgain(owed));
      else this.#putUp(owed);
    }
    await this.#notes.refusals();
    await this.#notes.idle([...this.#owed.values()]);
  }
}

function lostAgain({ again }: Owed): SignalboxError {
  return new SignalboxError({ problem: `its workers were lost ${again} times`, mend: "See what ends the workers." });
}
