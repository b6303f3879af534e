/**
 * The side that does the jobs: finds runs in Redis, serves those it can, and delivers each result before the job is closed.
 * A job that Redis has forgotten is finished all the same, and claimed meanwhile, so that nobody else begins it.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Redis } from "ioredis";
import { runsKey } from "./keys.ts";
import { runInfoSchema } from "./run-info.ts";
import type { LaneInfo, RunInfo } from "./run-info.ts";
import { serveLane } from "./serve-lane.ts";
import type { ServedLane } from "./serve-lane.ts";

/** What does the jobs of one queue. */
export interface JobHandler {
  /** jobs at once, in this process */
  readonly concurrency: number;
  /** The result. What it throws ends the worker's work on the job, and another one begins it. */
  handle(job: string, data: string, signal: AbortSignal): Promise<Uint8Array>;
  close(): Promise<void>;
}

export interface WorkerOptions {
  /** Undefined when this worker cannot serve the queue. */
  readonly open: (run: RunInfo, lane: LaneInfo) => Promise<JobHandler | undefined>;
  /** how often it looks for runs */
  readonly pollMs?: number | undefined;
  /** so long a job may go on after the signal; then it is given back */
  readonly graceMs?: number | undefined;
  /** Ends the work. */
  readonly signal: AbortSignal;
  readonly onServing?: ((label: string) => void) | undefined;
}

const defaultPollMs = 1000;
const defaultGraceMs = 30_000;
/** A run that is not listed so often is over; once may be a Redis that has just come back empty. */
const missesBeforeEnd = 3;

interface Serving {
  readonly lane: ServedLane | undefined;
  misses: number;
}

/** Serves runs until the signal is aborted; then finishes its jobs, or gives them back. */
export async function runWorker(redis: Redis, options: WorkerOptions): Promise<void> {
  const serving = new Map<string, Serving>();
  const endings: Promise<void>[] = [];
  const { signal, pollMs = defaultPollMs, graceMs = defaultGraceMs } = options;
  while (!signal.aborted) {
    const listed = await listedRuns(redis);
    for (const [run, info] of listed) {
      for (const lane of info.lanes) {
        const known = serving.get(lane.queue);
        if (known) known.misses = 0;
        else serving.set(lane.queue, { lane: await open(redis, run, info, lane, options), misses: 0 });
      }
    }
    for (const [queue, one] of serving) {
      if (++one.misses <= missesBeforeEnd) continue;
      serving.delete(queue);
      if (one.lane) endings.push(one.lane.close(graceMs));
    }
    await sleep(pollMs, undefined, { signal }).catch(() => undefined);
  }
  await Promise.all([...endings, ...[...serving.values()].map(({ lane }) => lane?.close(graceMs))]);
}

async function open(
  redis: Redis,
  run: string,
  info: RunInfo,
  lane: LaneInfo,
  { open: openHandler, onServing }: WorkerOptions,
): Promise<ServedLane | undefined> {
  const handler = await openHandler(info, lane);
  if (handler === undefined) return undefined;
  onServing?.(lane.label);
  return await serveLane(redis, { run, info, lane, handler });
}

/** The runs there are; one that cannot be read is another version's. */
async function listedRuns(redis: Redis): Promise<[run: string, info: RunInfo][]> {
  return Object.entries(await redis.hgetall(runsKey)).flatMap(([run, text]) => {
    const parsed = runInfoSchema.safeParse(JSON.parse(text));
    return parsed.success ? [[run, parsed.data] as [string, RunInfo]] : [];
  });
}
