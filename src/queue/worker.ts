/**
 * The side that does the jobs: finds runs in Redis, serves those it can, and delivers each result before the job is closed.
 * A job that Redis has forgotten is finished all the same, and claimed meanwhile, so that nobody else begins it.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Redis } from "ioredis";
import { refusalsKey, runsKey } from "./keys.ts";
import { runInfoSchema } from "./run-info.ts";
import type { LaneInfo, RunInfo } from "./run-info.ts";
import { serveLane } from "./serve-lane.ts";
import type { ServedLane } from "./serve-lane.ts";
import type { JobHandler } from "./job-handler.ts";

/** A queue that is not served at present: it is asked about again at the next look. */
export interface NotNow {
  readonly status: "not-now";
  /** why, when that is for people to mend: told here, and to the coordinator */
  readonly reason?: string | undefined;
}

export interface WorkerOptions {
  /** Undefined when this worker cannot serve the queue, nor ever will. */
  readonly open: (run: RunInfo, lane: LaneInfo) => Promise<JobHandler | NotNow | undefined>;
  /** what it is called when it tells a run why it does not serve it */
  readonly name?: string | undefined;
  /** how often it looks for runs */
  readonly pollMs?: number | undefined;
  /** so long a job may go on after the signal; then it is given back */
  readonly graceMs?: number | undefined;
  /** Ends the work. */
  readonly signal: AbortSignal;
  readonly onServing?: ((label: string) => void) | undefined;
  /** Told each reason once. */
  readonly onRefused?: ((reason: string) => void) | undefined;
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
  const told = new Set<string>();
  const { signal, pollMs = defaultPollMs, graceMs = defaultGraceMs } = options;
  while (!signal.aborted) {
    await look(redis, serving, told, options);
    for (const [queue, one] of serving) {
      if (++one.misses <= missesBeforeEnd && one.lane?.isIdle() !== true) continue;
      serving.delete(queue);
      if (one.lane) endings.push(one.lane.close(graceMs));
    }
    await sleep(pollMs, undefined, { signal }).catch(() => undefined);
  }
  await Promise.all([...endings, ...[...serving.values()].map(({ lane }) => lane?.close(graceMs))]);
}

/** Goes through the runs there are: what is not served yet is opened, if it can be. */
async function look(
  redis: Redis,
  serving: Map<string, Serving>,
  told: Set<string>,
  options: WorkerOptions,
): Promise<void> {
  for (const [run, info] of await listedRuns(redis)) {
    for (const lane of info.lanes) {
      const known = serving.get(lane.queue);
      if (known) known.misses = 0;
      if (known) continue;
      const opened = await open(redis, run, info, lane, options);
      if (opened?.status === "not-now") await refuse(redis, run, info, opened, told, options);
      else serving.set(lane.queue, { lane: opened?.lane, misses: 0 });
    }
  }
}

async function open(
  redis: Redis,
  run: string,
  info: RunInfo,
  lane: LaneInfo,
  { open: openHandler, onServing }: WorkerOptions,
): Promise<{ readonly status: "serving"; readonly lane: ServedLane } | NotNow | undefined> {
  const handler = await openHandler(info, lane);
  if (handler === undefined || "status" in handler) return handler;
  onServing?.(lane.label);
  return { status: "serving", lane: await serveLane(redis, { run, info, lane, handler }) };
}

/** Says why, at both ends; the run forgets it when it is not said again. */
async function refuse(
  redis: Redis,
  run: string,
  { lockMs }: RunInfo,
  { reason }: NotNow,
  told: Set<string>,
  { name = "a worker", onRefused }: WorkerOptions,
): Promise<void> {
  if (reason === undefined) return;
  if (!told.has(reason)) onRefused?.(reason);
  told.add(reason);
  await redis.hset(refusalsKey(run), name, reason);
  await redis.pexpire(refusalsKey(run), lockMs);
}

/** The runs there are; one that cannot be read is another version's. */
async function listedRuns(redis: Redis): Promise<[run: string, info: RunInfo][]> {
  return Object.entries(await redis.hgetall(runsKey)).flatMap(([run, text]) => {
    const parsed = runInfoSchema.safeParse(JSON.parse(text));
    return parsed.success ? [[run, parsed.data] as [string, RunInfo]] : [];
  });
}
