/**
 * Gives the jobs of dead workers back without a worker's help. Where workers go from queue to queue, the one that died may have
 * been the only one at its queue, and BullMQ looks for stalled jobs only where somebody listens. Only the coordinator knows when
 * a run is over: who looks after that writes a key anew that nobody removes.
 */
import type { Redis } from "ioredis";
import { jobPrefix } from "./keys.ts";
import { loadBullMq } from "./load-bullmq.ts";
import type { RunInfo } from "./run-info.ts";
import { mostStalls } from "./serve-lane.ts";

/** Watches all queues of a run until the result is called. */
export async function watchStalls(redis: Redis, { lanes, lockMs }: RunInfo): Promise<() => Promise<void>> {
  const { Worker: BullWorker } = await loadBullMq();
  const watchers = lanes.map(({ queue }) => {
    const watcher = new BullWorker(queue, undefined, {
      connection: redis,
      prefix: jobPrefix,
      autorun: false,
      stalledInterval: Math.ceil(lockMs / 2),
      maxStalledCount: mostStalls,
    });
    // Lost connections are waited for; without a listener they would end the process.
    watcher.on("error", () => undefined);
    return watcher;
  });
  await Promise.all(watchers.map((watcher) => watcher.startStalledCheckTimer()));
  return async () => {
    await Promise.all(watchers.map((watcher) => watcher.close()));
  };
}
