/**
 * The engine of a comparison on many machines. Each run, a (seed, router), is a job; each seed has a queue of its own, so that a
 * worker stays with the seed it has encoded. This process keeps the finished runs, makes the report, and holds the comparison.
 */
import { createHash, randomUUID } from "node:crypto";
import { rm } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import type { Redis } from "ioredis";
import { plural } from "../../core/plural.ts";
import type { NamedRouter } from "../../routers/registry.ts";
import { connectRedis } from "../../queue/connect-redis.ts";
import { openCoordinator } from "../../queue/coordinator.ts";
import type { Coordinator } from "../../queue/coordinator.ts";
import { holdRun } from "../../queue/hold-run.ts";
import { QueueError, isReplyError, queueError } from "../../queue/queue-error.ts";
import type { RunInfo } from "../../queue/run-info.ts";
import { putBytes, removeBytes, sha256Of, sharedFileName } from "../../queue/shared-bytes.ts";
import type { SharedBytes } from "../../queue/shared-bytes.ts";
import { writeFileAtomic } from "../../store/atomic-write.ts";
import { runIdentity } from "../run-identity.ts";
import type { RunEngine, SpreadWork, StartedRuns } from "../run-engine.ts";
import type { KeptRun } from "../run-keeper.ts";
import { runOfResult } from "./run-result.ts";
import { ownComputing, packed } from "./setup.ts";
import type { SpreadSetup } from "./setup.ts";

export interface SpreadEngineOptions {
  /** redis:// or rediss:// */
  readonly redis: string;
  /** where the address has none */
  readonly password?: string | undefined;
  /** a worker that is silent for so long is taken for dead, and its runs are given to another */
  readonly stalledAfterMs: number;
  /** a folder that all workers see, for data too large for Redis */
  readonly share?: string | undefined;
  /** compute what an earlier comparison has left in Redis anew */
  readonly rerun?: boolean | undefined;
  readonly checkMs?: number | undefined;
  /** so long a coordinator that was killed keeps the next one waiting */
  readonly holdMs?: number | undefined;
  readonly onNote?: ((text: string) => void) | undefined;
}

export interface SpreadEngine extends RunEngine, AsyncDisposable {}

/** More than this does not belong into a Redis: a shared folder takes it. */
const mostBytesInRedis = 64 << 20;
const renewBytesMs = 20_000;

/** Connects at once. @throws QueueError when Redis is not there */
export async function openSpreadEngine(options: SpreadEngineOptions): Promise<SpreadEngine> {
  const redis = await connectRedis(options.redis, options.password);
  return {
    start: (work) => start(redis, work, options),
    async [Symbol.asyncDispose]() {
      redis.disconnect();
    },
  };
}

async function start(redis: Redis, work: SpreadWork, options: SpreadEngineOptions): Promise<StartedRuns> {
  const run = runNameOf(work, options);
  const { holdMs, checkMs, onNote } = options;
  const holder = `${hostname()}:${process.pid}`;
  const release = await holdRun(redis, run, { holder, holdMs, signal: work.signal });
  const bytes = packed(work);
  const data = await place(redis, bytes, options);
  const info = runInfo(run, work, data, options);
  const isSaved = (job: string): boolean => {
    const { seed, label } = partsOf(job);
    return work.has(seed, label);
  };
  const coordinator = await openCoordinator(redis, { run, info, isSaved, checkMs, onNote });
  // Redis may have come back empty, or another comparison of the same data have ended: then they are put there again.
  const renew = (): void => {
    if (data.place === "redis") void putBytes(redis, data.sha256, bytes).catch(() => undefined);
  };
  const renewing = setInterval(renew, renewBytesMs);
  redis.on("ready", renew);
  return {
    ...runsOver(coordinator, run),
    async close(isDone) {
      clearInterval(renewing);
      redis.off("ready", renew);
      await coordinator.close(isDone);
      await remove(redis, data, options);
      await release();
    },
  };
}

function runsOver(coordinator: Coordinator, run: string): Omit<StartedRuns, "close"> {
  const workers = new Set<string>();
  const once = async (seed: number, { label }: NamedRouter, signal: AbortSignal): Promise<KeptRun | undefined> => {
    const [queue, job] = [queueOf(run, seed), jobOf(seed, label)];
    const result = runOfResult(await coordinator.submit(queue, job, JSON.stringify({ seed, label }), signal));
    // A failure is told to this comparison, never to the next; what is damaged is of use to nobody.
    try {
      const kept = result?.kept();
      if (result) workers.add(result.worker);
      if (kept === undefined) coordinator.saved(queue, job);
      return kept;
    } catch (error) {
      coordinator.saved(queue, job);
      throw error;
    }
  };
  return {
    async run(seed, named, signal) {
      const kept = (await once(seed, named, signal)) ?? (await once(seed, named, signal));
      if (kept) return kept;
      throw new QueueError({
        problem: "a run came back damaged twice",
        where: `seed ${seed}, ${named.label}`,
        mend: "See that coordinator and workers run versions of Node.js that read each other's values.",
      });
    },
    saved: (seed, { label }) => coordinator.saved(queueOf(run, seed), jobOf(seed, label)),
    words: () => `by ${plural(workers.size, "worker")}`,
  };
}

/** Stays the same for the same comparison, so that one that goes on finds what was computed meanwhile. */
function runNameOf(work: SpreadWork, { rerun = false }: SpreadEngineOptions): string {
  if (!work.isKept || rerun) return `compare-${randomUUID()}`;
  const { seeds, routers } = work;
  const identity = JSON.stringify([...runIdentity(work), seeds, routers.map(({ label, fixed }) => [label, fixed])]);
  return `compare-${createHash("sha256").update(identity).digest("hex").slice(0, 32)}`;
}

/** Puts the data where workers find them. @throws QueueError when they are too large for Redis, WriteError for the folder */
async function place(redis: Redis, bytes: Buffer, { share }: SpreadEngineOptions): Promise<SharedBytes> {
  const sha256 = sha256Of(bytes);
  if (share !== undefined) {
    await writeFileAtomic(join(share, sharedFileName({ sha256 })), bytes);
    return { sha256, bytes: bytes.length, place: "folder" };
  }
  if (bytes.length > mostBytesInRedis) {
    throw new QueueError({
      problem: `the data are ${Math.ceil(bytes.length / 2 ** 20)} MiB packed, more than the ${mostBytesInRedis >> 20} that go through Redis`,
      mend: "Give a folder that this machine and the workers see: --share FOLDER, here and to each worker.",
    });
  }
  try {
    await putBytes(redis, sha256, bytes);
  } catch (error) {
    if (isReplyError(error)) throw queueError("Redis does not take the data of the comparison", error);
    throw error;
  }
  return { sha256, bytes: bytes.length, place: "redis" };
}

/** Another comparison of the same data puts them there again when it sees that they have gone. */
async function remove(redis: Redis, data: SharedBytes, { share }: SpreadEngineOptions): Promise<void> {
  if (data.place === "redis") await removeBytes(redis, data.sha256);
  else if (share !== undefined) await rm(join(share, sharedFileName(data)), { force: true });
}

function runInfo(run: string, work: SpreadWork, data: SharedBytes, { stalledAfterMs }: SpreadEngineOptions): RunInfo {
  const setup: SpreadSetup = { by: ownComputing(), data };
  return {
    kind: "compare",
    lockMs: stalledAfterMs,
    lanes: work.seeds.map((seed) => ({
      queue: queueOf(run, seed),
      label: `seed ${seed} of a comparison`,
      needs: "",
      concurrency: work.routers.length,
    })),
    setup: JSON.stringify(setup),
  };
}

function queueOf(run: string, seed: number): string {
  return `${run}-${seed}`;
}

function jobOf(seed: number, label: string): string {
  return `${seed}/${label}`;
}

function partsOf(job: string): { readonly seed: number; readonly label: string } {
  const slash = job.indexOf("/");
  return { seed: Number(job.slice(0, slash)), label: job.slice(slash + 1) };
}
