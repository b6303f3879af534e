/** Jobs in chains through a real Redis: each is delivered by itself, and what a worker was not at is lost to nobody. */
import type { Redis } from "ioredis";
import { describe, expect, onTestFinished, test } from "vitest";
import { answers, connect, coordinate, info, queue, submitAll, work } from "../../test/support/queue-run.ts";
import { noRedis, redisServer } from "../../test/support/redis-server.ts";
import type { RedisServer } from "../../test/support/redis-server.ts";
import { jobIdOf, readyKey, resultsKey, sayGivenBack } from "./keys.ts";
import { runWorker } from "./worker.ts";

const lengths = { of: () => 4, came: () => undefined };
const names = (count: number): string[] => Array.from({ length: count }, (_, n) => `job-${n}`);
/** Machines may be busy. */
const patience = { timeout: 60_000 };

type Handle = (job: string, data: string) => Promise<Uint8Array>;

/** A worker that does each job so. */
async function doing(server: RedisServer, handle: (redis: Redis) => Handle): Promise<void> {
  const controller = new AbortController();
  const redis = await connect(server);
  onTestFinished(() => controller.abort());
  const handler = { concurrency: 8, handle: handle(redis), close: async () => undefined };
  void runWorker(redis, { open: async () => handler, pollMs: 20, signal: controller.signal }).catch(() => undefined);
}

const answered = (data: string): Uint8Array => Buffer.from(`${data}!`);

describe.skipIf(noRedis)("jobs in chains", { timeout: 120_000 }, () => {
  test("they come back each once, in fewer jobs of BullMQ, and nothing is left behind", async () => {
    const server = await redisServer();
    const coordinator = await coordinate(server, { lengths });
    const redis = await connect(server);
    const results = submitAll(coordinator, 200);
    await expect.poll(() => redis.llen("signalbox:jobs:run-a:wait"), patience).toBe(50);
    const [one, other] = [await work(server, 5), await work(server, 5)];
    expect(await results).toEqual(answers(200));
    expect([...one.begun, ...other.begun].toSorted()).toEqual(names(200).toSorted());
    await Promise.all([one.stop(), other.stop()]);
    await coordinator.close(true);
    const left = await redis.keys("*");
    expect(left.filter((key) => !key.startsWith("signalbox:claim:"))).toEqual([]);
  });

  test("who takes a chain over does what was not delivered, and only what was at hand counts as begun", async () => {
    const server = await redisServer();
    const coordinator = await coordinate(server, { lengths, info: { ...info, lockMs: 2000 } });
    const lost: string[] = [];
    // What a machine that vanishes looks like from Redis: the line is dead, and the locks run out.
    await doing(server, (redis) => async (job, data) => {
      lost.push(job);
      if (job !== "job-2") return answered(data);
      redis.disconnect();
      return await new Promise(() => undefined);
    });
    const results = submitAll(coordinator, 4);
    await expect.poll(() => lost, patience).toEqual(names(3));
    const heir = await work(server);
    expect(await results).toEqual(answers(4));
    expect(heir.begun).toEqual(["job-2", "job-3"]);
    expect(heir.begunBefore).toEqual([1, 0]);
    await coordinator.close(true);
  });

  test("a job that takes long keeps none of its chain waiting", async () => {
    const server = await redisServer();
    const coordinator = await coordinate(server, { lengths });
    const begun: string[] = [];
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    await doing(server, () => async (job, data) => {
      begun.push(job);
      if (job === "job-0") await released;
      return answered(data);
    });
    const [first, ...others] = names(4).map((job, n) => coordinator.submit(queue, job, `data ${n}`, undefined));
    await Promise.all(others);
    release();
    await first;
    expect(begun.toSorted()).toEqual(names(4));
    await coordinator.close(true);
  });

  test("one that throws is put up again by itself, and keeps none of the others from being done", async () => {
    const server = await redisServer();
    const coordinator = await coordinate(server, { lengths, info: { ...info, lockMs: 500 } });
    const begun: string[] = [];
    await doing(server, () => async (job, data) => {
      begun.push(job);
      if (job === "job-1" && begun.filter((one) => one === job).length === 1) throw new Error("out of luck");
      return answered(data);
    });
    expect(await submitAll(coordinator, 4)).toEqual(answers(4));
    expect(begun.toSorted()).toEqual([...names(4), "job-1"].toSorted());
    await coordinator.close(true);
  });

  test("what a worker is at, or has before it, is not put up again by the next coordinator", async () => {
    const server = await redisServer();
    const first = await coordinate(server, { lengths });
    const begun: string[] = [];
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    await doing(server, () => async (job, data) => {
      begun.push(job);
      await released;
      return answered(data);
    });
    const dropped = new AbortController();
    const waiting = names(4).map((job, n) => first.submit(queue, job, `data ${n}`, dropped.signal));
    await expect.poll(() => begun, patience).toEqual(["job-0"]);
    dropped.abort(new Error("killed"));
    await Promise.allSettled(waiting);
    await first.close(false);
    const next = await coordinate(server, { lengths });
    const results = submitAll(next, 4);
    release();
    expect(await results).toEqual(answers(4));
    expect(begun.toSorted()).toEqual(names(4));
    await expect.poll(async () => (await connect(server)).hlen(resultsKey(queue)), patience).toBe(0);
    await next.close(true);
  });

  test("that a job was given back is believed only of what it was last put up in", async () => {
    const server = await redisServer();
    const coordinator = await coordinate(server, { lengths });
    const redis = await connect(server);
    const result = coordinator.submit(queue, "job-0", "data 0", undefined);
    await expect.poll(() => redis.llen("signalbox:jobs:run-a:wait"), patience).toBe(1);
    await redis.del("signalbox:jobs:run-a:wait");
    await redis.rpush(readyKey("run"), sayGivenBack({ carrier: "chain-of-old", id: jobIdOf(queue, "job-0") }));
    await expect.poll(() => redis.llen(readyKey("run")), patience).toBe(0);
    const other = coordinator.submit(queue, "job-1", "data 1", undefined);
    await expect.poll(() => redis.lrange("signalbox:jobs:run-a:wait", 0, -1), patience).toEqual(["job-1"]);
    await redis.hset(resultsKey(queue), "job-0", "data 0!", "job-1", "data 1!");
    await redis.rpush(readyKey("run"), jobIdOf(queue, "job-0"), jobIdOf(queue, "job-1"));
    expect(String(await result) + String(await other)).toBe("data 0!data 1!");
    await coordinator.close(true);
  });
});
