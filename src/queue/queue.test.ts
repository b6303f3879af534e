/** Jobs through a real Redis: kept until they are on disk, put up again when forgotten, taken over when a worker is lost. */
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { answers, connect, coordinate, info, queue, submitAll, work } from "../../test/support/queue-run.ts";
import { noRedis, redisServer } from "../../test/support/redis-server.ts";
import { connectRedis } from "./connect-redis.ts";
import { readyKey, resultsKey } from "./keys.ts";
import { runWorker } from "./worker.ts";

describe.skipIf(noRedis)("jobs through Redis", () => {
  test("every job comes back once, spread over workers, and nothing is left behind", async () => {
    const server = await redisServer();
    const coordinator = await coordinate(server);
    const [one, other] = [await work(server, 5), await work(server, 5)];
    expect(await submitAll(coordinator, 200)).toEqual(answers(200));
    expect(new Set([...one.begun, ...other.begun]).size).toBe(200);
    expect(one.begun.length + other.begun.length).toBe(200);
    expect(Math.min(one.begun.length, other.begun.length)).toBeGreaterThan(0);
    await Promise.all([one.stop(), other.stop()]);
    await coordinator.close(true);
    const left = await (await connect(server)).keys("*");
    expect(left.filter((key) => !key.startsWith("signalbox:claim:"))).toEqual([]);
  });

  test("a result that was not said to be on disk is there for the next coordinator, and not worked for again", async () => {
    const server = await redisServer();
    const first = await coordinate(server);
    const worker = await work(server);
    await first.submit(queue, "job-0", "data 0", undefined);
    await first.submit(queue, "job-1", "data 1", undefined);
    await first.close(false);
    const next = await coordinate(server, { isSaved: (job) => job === "job-1" });
    expect((await next.submit(queue, "job-0", "data 0", undefined)).toString()).toBe("data 0!");
    expect(worker.begun).toEqual(["job-0", "job-1"]);
    next.saved(queue, "job-0");
    await expect.poll(async () => (await connect(server)).hlen(resultsKey(queue))).toBe(0);
    await next.close(true);
  });

  test("a job at a worker that was lost is taken over, and who does so is told of it", async () => {
    const server = await redisServer();
    const coordinator = await coordinate(server, { info: { ...info, lockMs: 500 } });
    const controller = new AbortController();
    const lost = await connect(server);
    const stuck = {
      concurrency: 8,
      handle: () => new Promise<Uint8Array>(() => undefined),
      close: async () => undefined,
    };
    void runWorker(lost, { open: async () => stuck, pollMs: 20, signal: controller.signal });
    const results = submitAll(coordinator, 3);
    await expect.poll(() => lost.llen("signalbox:jobs:run-a:active")).toBe(3);
    // What a machine that vanishes looks like from Redis: the line is dead, and the locks run out.
    lost.disconnect();
    controller.abort();
    const heir = await work(server);
    expect(await results).toEqual(answers(3));
    expect(Math.min(...heir.begunBefore)).toBeGreaterThan(0);
    await coordinator.close(true);
  });

  test("a job that was done but could not be closed is not done again by who takes it over", async () => {
    const server = await redisServer();
    const coordinator = await coordinate(server, { info: { ...info, lockMs: 500 } });
    const lost = await connect(server);
    const controller = new AbortController();
    const begun: string[] = [];
    const handler = {
      concurrency: 8,
      async handle(job: string, data: string) {
        begun.push(job);
        // The result arrives by other means than this line, which breaks before the job can be closed.
        const redis = await connect(server);
        await redis.hset(resultsKey(queue), job, `${data}!`);
        await redis.rpush(readyKey("run"), `${queue} ${job}`);
        lost.disconnect();
        return await new Promise<Uint8Array>(() => undefined);
      },
      close: async () => undefined,
    };
    void runWorker(lost, { open: async () => handler, pollMs: 20, signal: controller.signal }).catch(() => undefined);
    expect(await submitAll(coordinator, 1)).toEqual(answers(1));
    const redis = await connect(server);
    await expect.poll(() => redis.hlen(resultsKey(queue))).toBe(0);
    expect(await redis.llen("signalbox:jobs:run-a:active")).toBe(1);
    controller.abort();
    const worker = await work(server);
    await expect.poll(() => redis.llen("signalbox:jobs:run-a:active"), { timeout: 10_000 }).toBe(0);
    expect([...begun, ...worker.begun]).toEqual(["job-0"]);
    await coordinator.close(true);
  });

  test("a Redis that comes back empty costs neither results nor a second go at what is under way", async () => {
    const server = await redisServer();
    const coordinator = await coordinate(server);
    const workers = [await work(server, 700), await work(server, 700)];
    const results = submitAll(coordinator, 24);
    await expect.poll(() => workers.flatMap(({ begun }) => begun).length).toBeGreaterThan(7);
    await server.stop();
    await server.start();
    expect(await results).toEqual(answers(24));
    const begun = workers.flatMap((worker) => worker.begun);
    expect(begun.length).toBe(new Set(begun).size);
    await coordinator.close(true);
  }, 20_000);

  test("a worker that stops gives back what it cannot finish in time", async () => {
    const server = await redisServer();
    const coordinator = await coordinate(server);
    const slow = await work(server, 60_000, 50);
    const results = submitAll(coordinator, 8);
    await expect.poll(() => slow.begun.length).toBe(8);
    await slow.stop();
    const quick = await work(server);
    expect(await results).toEqual(answers(8));
    expect(quick.begun).toHaveLength(8);
    expect(Math.min(...quick.begunBefore)).toBeGreaterThan(0);
    await coordinator.close(true);
  });

  test("an aborted signal ends the waiting, and takes back what nobody has begun", async () => {
    const server = await redisServer();
    const coordinator = await coordinate(server);
    const controller = new AbortController();
    const waiting = coordinator.submit(queue, "job-0", "data", controller.signal);
    controller.abort(new Error("no longer wanted"));
    await expect(waiting).rejects.toThrow("no longer wanted");
    await coordinator.close(false);
    const worker = await work(server);
    await sleep(100);
    expect(worker.begun).toEqual([]);
  });

  test("a Redis that is not there is told at once, without its password", async () => {
    const refused = connectRedis("redis://user:secret-word@127.0.0.1:1/0");
    await expect(refused).rejects.toThrow(/redis:\/\/127\.0\.0\.1:1\/0: Redis cannot be reached/);
    await expect(refused).rejects.not.toThrow(/secret-word/);
    await expect(connectRedis("http://127.0.0.1")).rejects.toThrow(/--redis: not the address of a Redis/);
  });
});
