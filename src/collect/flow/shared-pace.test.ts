/** One pace for many workers, through a real Redis: every limit is checked on what two of them did together. */
import type { Redis } from "ioredis";
import { describe, expect, onTestFinished, test } from "vitest";
import { noRedis, redisServer } from "../../../test/support/redis-server.ts";
import { connectRedis } from "../../queue/connect-redis.ts";
import type { RateLimits } from "./bucket-shapes.ts";
import type { Clock, Pace } from "./rate-limiter.ts";
import { sharedPace } from "./shared-pace.ts";
import { systemClock } from "./system-clock.ts";

interface Asked {
  readonly pace: Pace;
  /** milliseconds it was told to wait, in order; it does not wait */
  readonly waits: number[];
}

/** Paces of as many workers, which are told to wait and note it instead: an aborted wait ends the call. */
async function workers(limits: RateLimits, count: number): Promise<{ redis: Redis; asked: Asked[] }> {
  const server = await redisServer();
  const redis = await connectRedis(server.url);
  onTestFinished(() => redis.disconnect());
  const asked = Array.from({ length: count }, (): Asked => {
    const waits: number[] = [];
    const clock: Clock = {
      now: () => systemClock.now(),
      wait: (milliseconds) => {
        waits.push(milliseconds);
        return Promise.reject(new Error("not now"));
      },
    };
    return { pace: sharedPace(redis, "pace", limits, clock), waits };
  });
  return { redis, asked };
}

/** How many calls pass before one has to wait, the workers taking turns. */
async function passing(asked: readonly Asked[], tokens: number): Promise<number> {
  for (let passed = 0; ; passed++) {
    const isPast = await asked[passed % asked.length]!.pace.acquire(tokens).then(
      () => true,
      () => false,
    );
    if (!isPast) return passed;
  }
}

describe.skipIf(noRedis)("a pace shared through Redis", () => {
  test("lets all workers together pass a twelfth of the requests of a minute at once, then one at a time", async () => {
    const { asked } = await workers({ requestsPerMinute: 24 }, 2);
    expect(await passing(asked, 1)).toBe(2);
    // 22 of the 24 are spread over the minute: the next is due in 2.7 s.
    expect(asked[0]!.waits[0]).toBeGreaterThan(0);
    expect(asked[0]!.waits[0]).toBeLessThanOrEqual(2728);
  });

  test("counts tokens, and makes a wrong guess good for the others", async () => {
    const { asked } = await workers({ tokensPerMinute: 6000 }, 2);
    await asked[0]!.pace.acquire(100);
    asked[0]!.pace.settle(100, 6000);
    await expect(asked[1]!.pace.acquire(100)).rejects.toThrow("not now");
    expect(asked[1]!.waits[0]).toBeGreaterThan(40_000);
  });

  test("a 429 of one worker holds all of them back, with limits and without", async () => {
    for (const limits of [{}, { requestsPerMinute: 6000 }]) {
      const { asked } = await workers(limits, 2);
      asked[0]!.pace.refused(7000);
      await expect(asked[1]!.pace.acquire(1)).rejects.toThrow("not now");
      expect(asked[1]!.waits[0]).toBeGreaterThan(3000);
      expect(asked[1]!.waits[0]).toBeLessThanOrEqual(7000);
    }
  });

  test("goes at half the pace after a 429, and comes back with every success", async () => {
    const { redis, asked } = await workers({ requestsPerMinute: 6000 }, 1);
    const { pace } = asked[0]!;
    pace.refused();
    await pace.acquire(1);
    expect(Number(await redis.hget("pace", "pace"))).toBe(0.5);
    for (let n = 0; n < 20; n++) pace.succeeded();
    await pace.acquire(1);
    expect(Number(await redis.hget("pace", "pace"))).toBe(1);
  });

  test("keeps the order of one worker's calls, and lets an aborted one go without holding up the rest", async () => {
    const { redis } = await workers({}, 1);
    const pace = sharedPace(redis, "other", { requestsPerMinute: 6000 }, systemClock);
    const controller = new AbortController();
    const order: number[] = [];
    const calls = [0, 1, 2, 3].map(async (n) => {
      await pace.acquire(1, n === 1 ? controller.signal : undefined);
      order.push(n);
    });
    controller.abort(new Error("no longer wanted"));
    await expect(calls[1]).rejects.toThrow("no longer wanted");
    await Promise.all([calls[0], calls[2], calls[3]]);
    expect(order).toEqual([0, 2, 3]);
  });
});
