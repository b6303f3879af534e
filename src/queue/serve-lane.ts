/** One queue of one run, served by this process. */
import { setMaxListeners } from "node:events";
import type { Job, Worker } from "bullmq";
import type { Redis } from "ioredis";
import type { Chain } from "./chain.ts";
import { Deliveries } from "./deliveries.ts";
import { doChain } from "./do-chain.ts";
import { jobPrefix, lostKey, resultsKey, savedKey } from "./keys.ts";
import { loadBullMq } from "./load-bullmq.ts";
import type { LaneInfo, RunInfo } from "./run-info.ts";
import type { JobHandler } from "./job-handler.ts";

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
/** So long jobs wait behind others of their chain; a chain is made to take less. */
const patienceMs = 1500;

export async function serveLane(redis: Redis, served: LaneToServe): Promise<ServedLane> {
  const { Worker: BullWorker, WaitingError } = await loadBullMq();
  const { run, lane, info, handler } = served;
  const stop = new AbortController();
  // Every job at hand listens; that is no leak.
  setMaxListeners(0, stop.signal);
  const desk = new Deliveries(redis, { run, queue: lane.queue, lockMs: info.lockMs });
  const process = async (job: Job<Chain>, token: string | undefined): Promise<void> => {
    const { links, begunBefore } = await stillToDo(redis, lane.queue, job);
    try {
      await doChain(links, {
        work: async (link) => {
          const [name, data] = link;
          const before = link === links[0] ? begunBefore : 0;
          await desk.once(name, () => handler.handle(name, data, stop.signal, before));
        },
        giveBack: (rest) => giveBack(desk, job, rest),
        patienceMs: Math.min(patienceMs, info.lockMs / 4),
        trustedMs: info.lockMs / 2,
        signal: stop.signal,
      });
    } catch (error) {
      if (!stop.signal.aborted) throw error;
      await job.moveToWait(token);
      throw new WaitingError();
    }
  };
  const worker: Worker<Chain> = new BullWorker<Chain>(lane.queue, process, {
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

/**
 * What is left of a job: of one that another worker was lost or stopped over, only what is not delivered. That worker had begun
 * the first of them and no other; how many workers have is counted in Redis, since each began where the one before was lost.
 */
async function stillToDo(
  redis: Redis,
  queue: string,
  { data, attemptsStarted }: Job<Chain>,
): Promise<{ readonly links: Chain; readonly begunBefore: number }> {
  if (attemptsStarted <= 1) return { links: data, begunBefore: 0 };
  const isDone = await Promise.all(data.map(([job]) => isDelivered(redis, queue, job)));
  const links = data.filter((_, i) => isDone[i] !== true);
  const [first] = links;
  return { links, begunBefore: first ? await redis.hincrby(lostKey(queue), first[0], 1) : 0 };
}

/** Whether another worker has done a job that it could not close any more. */
async function isDelivered(redis: Redis, queue: string, job: string): Promise<boolean> {
  const [waits, isSaved] = await Promise.all([
    redis.hexists(resultsKey(queue), job),
    redis.sismember(savedKey(queue), job),
  ]);
  return waits === 1 || isSaved === 1;
}

/** First the job is shortened: whoever takes it over must not do what the coordinator has put up again. */
async function giveBack(desk: Deliveries, job: Job<Chain>, rest: Chain): Promise<void> {
  const begun = job.data.filter((link) => !rest.includes(link));
  const names = rest.map(([name]) => name);
  // A Redis that has forgotten the job has nothing to shorten.
  await desk.giveBack(job.id ?? "", names, () => job.updateData(begun).catch(() => undefined));
}
