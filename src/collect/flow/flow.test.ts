import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Budget } from "./budget.ts";
import { RateLimiter } from "./rate-limiter.ts";
import type { Clock } from "./rate-limiter.ts";

/** A clock that jumps to the next wait's end. */
function fakeClock(): Clock & { at: number } {
  const clock = {
    at: 1000,
    now: () => clock.at,
    wait(milliseconds: number, signal?: AbortSignal): Promise<void> {
      signal?.throwIfAborted();
      clock.at += milliseconds;
      return Promise.resolve();
    },
  };
  return clock;
}

/** The most that falls in any window of 60 s. */
function mostInAMinute(events: readonly { readonly at: number; readonly amount: number }[]): number {
  return Math.max(
    ...events.map(({ at }) =>
      events.filter((e) => e.at >= at && e.at < at + 60_000).reduce((sum, e) => sum + e.amount, 0),
    ),
  );
}

describe("the rate limiter", () => {
  test("lets no minute hold more requests than the limit, and wastes little of it", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 2, max: 600 }), async (requestsPerMinute) => {
        const clock = fakeClock();
        const limiter = new RateLimiter({ requestsPerMinute }, clock);
        const events: { at: number; amount: number }[] = [];
        for (let n = 0; n < 3 * requestsPerMinute; n++) {
          await limiter.acquire(1);
          events.push({ at: clock.at, amount: 1 });
        }
        expect(mostInAMinute(events)).toBeLessThanOrEqual(requestsPerMinute);
        const minutes = (clock.at - 1000) / 60_000;
        expect(events.length / (minutes + 1)).toBeGreaterThan(0.4 * requestsPerMinute);
      }),
      { numRuns: 20 },
    );
  });

  test("lets no minute hold more tokens than the limit, a single call apart", async () => {
    const clock = fakeClock();
    const tokensPerMinute = 60_000;
    const limiter = new RateLimiter({ tokensPerMinute }, clock);
    const events: { at: number; amount: number }[] = [];
    for (let n = 0; n < 300; n++) {
      const tokens = 200 + ((n * 7919) % 1500);
      await limiter.acquire(tokens);
      events.push({ at: clock.at, amount: tokens });
    }
    expect(mostInAMinute(events)).toBeLessThanOrEqual(tokensPerMinute + 1700);
  });

  test("makes a wrong guess of tokens good", async () => {
    const clock = fakeClock();
    const limiter = new RateLimiter({ tokensPerMinute: 6000 }, clock);
    await limiter.acquire(100);
    limiter.settle(100, 6000);
    await limiter.acquire(100);
    expect(clock.at - 1000).toBeGreaterThan(50_000);
  });

  test("believes no 429 that asks for years: a call asks again after ten minutes", async () => {
    const clock = fakeClock();
    const limiter = new RateLimiter({}, clock);
    limiter.refused(1e12);
    await limiter.acquire(1);
    expect(clock.at - 1000).toBe(600_000);
  });

  test("makes nothing good that a jump of the clock skipped: the next minute holds no more than any other", async () => {
    const clock = fakeClock();
    const requestsPerMinute = 120;
    const limiter = new RateLimiter({ requestsPerMinute }, clock);
    const events: { at: number; amount: number }[] = [];
    for (let n = 0; n < 3 * requestsPerMinute; n++) {
      // The machine slept for an hour, or for a day.
      if (n === 50 || n === 200) clock.at += n * 1_000_000;
      await limiter.acquire(1);
      events.push({ at: clock.at, amount: 1 });
    }
    expect(mostInAMinute(events)).toBeLessThanOrEqual(requestsPerMinute);
  });

  test("waits as long as it is told, then goes at half the pace, and recovers", async () => {
    const clock = fakeClock();
    const limiter = new RateLimiter({ requestsPerMinute: 60 }, clock);
    limiter.refused(7000);
    await limiter.acquire(1);
    expect(clock.at).toBe(8000);
    expect(limiter.pace).toBe(0.5);
    for (let n = 0; n < 20; n++) limiter.succeeded();
    expect(limiter.pace).toBe(1);
  });

  test("hears refusals of calls that went out together as one", async () => {
    const clock = fakeClock();
    const limiter = new RateLimiter({ requestsPerMinute: 60 }, clock);
    for (let n = 0; n < 8; n++) limiter.refused();
    expect(limiter.pace).toBe(0.5);
    clock.at += 1000;
    limiter.refused();
    expect(limiter.pace).toBe(0.25);
  });

  test("without limits slows down from the flow that was refused, until it has recovered", async () => {
    const clock = fakeClock();
    const limiter = new RateLimiter({}, clock);
    for (let n = 0; n < 50; n++) {
      await limiter.acquire(1);
      clock.at += 100;
    }
    limiter.refused();
    const from = clock.at;
    for (let n = 0; n < 10; n++) await limiter.acquire(1);
    // Ten calls a second went out, five go now.
    expect(clock.at - from).toBeGreaterThanOrEqual(1800);
    expect(clock.at - from).toBeLessThanOrEqual(2200);
    for (let n = 0; n < 20; n++) limiter.succeeded();
    const recovered = clock.at;
    for (let n = 0; n < 10; n++) await limiter.acquire(1);
    expect(clock.at).toBe(recovered);
  });

  test("keeps the order, and lets an aborted call go without holding up the rest", async () => {
    const clock = fakeClock();
    const limiter = new RateLimiter({ requestsPerMinute: 2 }, clock);
    const controller = new AbortController();
    const order: number[] = [];
    const calls = [0, 1, 2, 3].map(async (n) => {
      await limiter.acquire(1, n === 1 ? controller.signal : undefined);
      order.push(n);
    });
    controller.abort(new Error("no longer wanted"));
    await expect(calls[1]).rejects.toThrow("no longer wanted");
    await Promise.all([calls[0], calls[2], calls[3]]);
    expect(order).toEqual([0, 2, 3]);
  });

  test("without limits nothing waits", async () => {
    const clock = fakeClock();
    const limiter = new RateLimiter({}, clock);
    for (let n = 0; n < 100; n++) await limiter.acquire(1e6);
    expect(clock.at).toBe(1000);
  });
});

describe("the budget", () => {
  test("never takes a reservation that does not fit, whatever the order of calls", () => {
    const step = fc.record({
      cost: fc.double({ min: 0, max: 2, noNaN: true }),
      actual: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.integer({ min: 1, max: 7 }), (steps, inFlight) => {
        const budget = new Budget(10);
        const open: (() => void)[] = [];
        for (const { cost, actual } of steps) {
          const reservation = budget.reserve(cost);
          if (reservation) open.push(() => reservation.settle(Math.min(cost, actual)));
          expect(budget.spentUsd + budget.reservedUsd).toBeLessThanOrEqual(10 + 1e-9);
          if (open.length > inFlight) open.shift()!();
        }
        for (const settle of open) settle();
        expect(budget.reservedUsd).toBe(0);
        expect(budget.spentUsd).toBeLessThanOrEqual(10 + 1e-9);
      }),
    );
  });

  test("counts what earlier runs spent, and a settling once", () => {
    const budget = new Budget(1, 0.75);
    expect(budget.reserve(0.5)).toBeUndefined();
    const reservation = budget.reserve(0.25)!;
    reservation.settle(0.1);
    reservation.settle(0.1);
    expect(budget.spentUsd).toBeCloseTo(0.85, 12);
  });

  test("a call dearer than reserved shows in what is spent, and stops the next", () => {
    const budget = new Budget(1);
    budget.reserve(0.5)!.settle(1.2);
    expect(budget.spentUsd).toBe(1.2);
    expect(budget.reserve(0)).toBeUndefined();
  });

  test.each([NaN, -1])("%d USD is no budget and no cost", (value) => {
    expect(() => new Budget(value)).toThrow(RangeError);
    expect(() => new Budget(1).reserve(value)).toThrow(RangeError);
  });
});
