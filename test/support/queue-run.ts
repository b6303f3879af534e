/** A run of one queue through a real Redis: a coordinator, and workers that answer "DATA!". */
import { setTimeout as sleep } from "node:timers/promises";
import type { Redis } from "ioredis";
import { onTestFinished } from "vitest";
import { connectRedis } from "../../src/queue/connect-redis.ts";
import { openCoordinator } from "../../src/queue/coordinator.ts";
import type { Coordinator } from "../../src/queue/coordinator.ts";
import type { CoordinatorOptions } from "../../src/queue/coordinator-options.ts";
import type { RunInfo } from "../../src/queue/run-info.ts";
import { runWorker } from "../../src/queue/worker.ts";
import type { RedisServer } from "./redis-server.ts";

export const queue = "run-a";
export const info: RunInfo = {
  kind: "collect",
  lockMs: 30_000,
  lanes: [{ queue, label: "model a", needs: "a", concurrency: 8 }],
  setup: "",
};

export async function connect(server: RedisServer): Promise<Redis> {
  const redis = await connectRedis(server.url);
  onTestFinished(() => redis.disconnect());
  return redis;
}

export async function coordinate(server: RedisServer, options: Partial<CoordinatorOptions> = {}): Promise<Coordinator> {
  const redis = await connect(server);
  return await openCoordinator(redis, { run: "run", info, isSaved: () => false, checkMs: 50, ...options });
}

export interface Working {
  readonly redis: Redis;
  /** jobs begun, in order */
  readonly begun: string[];
  /** how often others had begun them before, in the same order */
  readonly begunBefore: number[];
  stop(): Promise<void>;
}

/** A worker that answers after `workMs`, given by the job's name where it differs. */
export async function work(
  server: RedisServer,
  workMs: number | ((job: string) => number) = 0,
  graceMs = 5000,
): Promise<Working> {
  const controller = new AbortController();
  const begun: string[] = [];
  const begunBefore: number[] = [];
  const redis = await connect(server);
  const open = async () => ({
    concurrency: 8,
    async handle(job: string, data: string, signal: AbortSignal, before: number) {
      begun.push(job);
      begunBefore.push(before);
      await sleep(typeof workMs === "number" ? workMs : workMs(job), undefined, { signal });
      return Buffer.from(`${data}!`);
    },
    close: async () => undefined,
  });
  const running = runWorker(redis, { open, pollMs: 20, graceMs, signal: controller.signal });
  const stop = async (): Promise<void> => {
    controller.abort();
    await running;
  };
  onTestFinished(stop);
  return { redis, begun, begunBefore, stop };
}

/** Jobs job-0, job-1, … with data "data 0", …: each result is said to be on disk as soon as it comes. */
export async function submitAll(coordinator: Coordinator, count: number): Promise<string[]> {
  return await Promise.all(
    Array.from({ length: count }, async (_, n) => {
      const result = await coordinator.submit(queue, `job-${n}`, `data ${n}`, undefined);
      coordinator.saved(queue, `job-${n}`);
      return result.toString();
    }),
  );
}

export const answers = (count: number): string[] => Array.from({ length: count }, (_, n) => `data ${n}!`);
