/** Redis keeps the same rules as memory does, and what holds while it is away. */
import { setTimeout as sleep } from "node:timers/promises";
import { array, assert, asyncProperty, constant, constantFrom, integer, oneof, record } from "fast-check";
import { describe, expect, onTestFinished, test } from "vitest";
import { noRedis, redisServer } from "../../test/support/redis-server.ts";
import type { RedisServer } from "../../test/support/redis-server.ts";
import { memoryState } from "./memory-state.ts";
import { openState } from "./open-state.ts";
import { periodStart } from "./period.ts";
import { connectStateRedis } from "./redis-client.ts";
import { redisLedger } from "./redis-ledger.ts";
import { prefix } from "./redis-script.ts";
import { redisState } from "./redis-state.ts";
import { defaultStateOptions } from "./state-options.ts";
import type { GatewayState, Reservation } from "./state.ts";

const dayMs = 86_400_000;
const key = {
  id: "key_a",
  limits: { requestsPerMinute: 5, tokensPerMinute: 1000 },
  caps: { day: 0.5, month: 2, total: 9 },
};

const wait = record({
  kind: constant("wait" as const),
  ms: oneof(integer({ min: 1, max: 90_000 }), integer({ min: 1, max: 40 * dayMs })),
});

const step = oneof(
  wait,
  record({ kind: constant("reserve" as const), nanos: integer({ min: 0, max: 3e8 }) }),
  record({
    kind: constant("settle" as const),
    which: integer({ min: 0, max: 5 }),
    nanos: integer({ min: 0, max: 4e8 }),
  }),
  record({ kind: constant("take" as const), tokens: integer({ min: 0, max: 1500 }) }),
  record({ kind: constant("correct" as const), off: integer({ min: -500, max: 2500 }) }),
  record({
    kind: constantFrom(
      "allows" as const,
      "succeeded" as const,
      "failed" as const,
      "cancelled" as const,
      "stateOf" as const,
    ),
    target: constantFrom("a", "b"),
  }),
);
type Step = typeof step extends { generate: (...all: never[]) => { value: infer Value } } ? Value : never;

/** Does one step, and gives all that can be seen of it. */
async function seen(state: GatewayState, one: Step, open: Reservation[]): Promise<unknown> {
  switch (one.kind) {
    case "wait":
      return undefined;
    case "reserve": {
      const reserved = await state.budgets.reserve({ key, model: "m" }, one.nanos / 1e9);
      if (!reserved.ok) return reserved.refusal;
      open.push(reserved.reservation);
      return reserved.reservation.usd;
    }
    case "settle": {
      const [reservation] = open.splice(one.which, 1);
      if (reservation) await state.budgets.settle(reservation, one.nanos / 1e9);
      return await state.budgets.spent(key);
    }
    case "take":
      return await state.limits.take(key, one.tokens);
    case "correct":
      return await state.limits.correct(key, 500, 500 + one.off);
    default:
      return await state.breakers[one.kind](one.target);
  }
}

describe.skipIf(noRedis !== undefined)(`the scripts of Redis${noRedis === undefined ? "" : ` (${noRedis})`}`, () => {
  test("answer as memory does, in any course of calls and years", { timeout: 60_000 }, async () => {
    const { url } = await redisServer();
    let now = 0;
    const options = { ...defaultStateOptions, now: () => now };
    const { state: shared } = await redisState({ url, password: undefined, clock: () => now }, options);
    onTestFinished(() => shared.close());
    const { Redis } = await import("ioredis");
    const eraser = new Redis(url);
    onTestFinished(() => eraser.disconnect());
    const start = integer({ min: Date.parse("2023-12-30T00:00:00Z"), max: Date.parse("2029-03-02T00:00:00Z") });
    await assert(
      asyncProperty(start, array(step, { maxLength: 40 }), async (startMs, steps) => {
        await eraser.flushall();
        now = startMs;
        const { state: own } = memoryState(options);
        const [openHere, openThere]: [Reservation[], Reservation[]] = [[], []];
        for (const one of steps) {
          if (one.kind === "wait") now += one.ms;
          // oxlint-disable-next-line no-await-in-loop -- one after the other is what is tried
          expect(await seen(shared, one, openThere)).toEqual(await seen(own, one, openHere));
        }
        await own.close();
      }),
      { numRuns: 60 },
    );
  });

  test("begin days and months when the calendar does, for a century", { timeout: 60_000 }, async () => {
    const { url } = await redisServer();
    let now = 0;
    const options = { ...defaultStateOptions, now: () => now };
    const { state } = await redisState({ url, password: undefined, clock: () => now }, options);
    onTestFinished(() => state.close());
    const { Redis } = await import("ioredis");
    const reader = new Redis(url);
    onTestFinished(() => reader.disconnect());
    for (let month = 0; month < 1200; month++) {
      for (const off of [-1, 0]) {
        now = Date.UTC(2000, month) + off;
        // oxlint-disable no-await-in-loop -- time goes on
        await state.budgets.reserve({ key, model: "m" }, 0);
        for (const period of ["day", "month"] as const) {
          const start = await reader.hget(`${prefix}line:key:key_a|${period}`, "start");
          if (Number(start) !== periodStart(period, now)) expect([now, period, start]).toEqual([now, period, "right"]);
        }
        // oxlint-enable no-await-in-loop
      }
    }
  });
});

describe.skipIf(noRedis !== undefined)("while Redis is away", () => {
  const on = { key: { id: "key_a", limits: { requestsPerMinute: 2 }, caps: { total: 1 } }, model: "m" };

  async function opened(
    whenAway = defaultStateOptions.whenAway,
  ): Promise<{ state: GatewayState; server: RedisServer }> {
    const server = await redisServer();
    const { state } = await openState(server.url, { whenAway });
    onTestFinished(() => state.close());
    return { state, server };
  }

  async function back({
    server,
    state,
  }: {
    readonly server: RedisServer;
    readonly state: GatewayState;
  }): Promise<void> {
    await server.start();
    while (!(await state.isReady())) await sleep(20);
  }

  test("nothing is spent, nobody is let in, and it says so; each replica limits and breaks for itself", async () => {
    const { state, server } = await opened();
    expect(await state.isReady()).toBe(true);
    await server.stop();
    expect(await state.budgets.reserve(on, 0.1)).toMatchObject({ ok: false, refusal: { reason: "unavailable" } });
    expect(await state.keys.find("secret")).toEqual({ status: "unavailable" });
    expect(await state.budgets.spent(on.key)).toEqual({ day: NaN, month: NaN, total: NaN });
    expect(await state.sessions.get(undefined, "talk")).toBeUndefined();
    await state.sessions.put(undefined, "talk", { model: "m", cachedTokens: 1 });
    const taken = [
      await state.limits.take(on.key, 1),
      await state.limits.take(on.key, 1),
      await state.limits.take(on.key, 1),
    ];
    expect(taken.map(({ ok }) => ok)).toEqual([true, true, false]);
    for (let i = 0; i < 5; i++) await state.breakers.failed("t");
    expect(await state.breakers.allows("t")).toMatchObject({ ok: false });
    expect(await state.isReady()).toBe(false);
    await back({ state, server });
    expect(await state.budgets.reserve(on, 0.1)).toMatchObject({ ok: true });
  });

  test("limits may fail closed", async () => {
    const { state, server } = await opened({ budgets: "closed", limits: "closed" });
    await server.stop();
    expect(await state.limits.take(on.key, 1)).toEqual({ ok: false, reason: "unavailable", retryAfterMs: 1000 });
  });

  test("budgets may fail open: calls go on, and what they cost is booked when it is back", async () => {
    const { state, server } = await opened({ budgets: "open", limits: "open" });
    await server.stop();
    const reserved = await state.budgets.reserve(on, 5);
    if (!reserved.ok) throw new Error("refused");
    await state.budgets.settle(reserved.reservation, 0.75);
    await back({ state, server });
    while ((await Promise.resolve(state.budgets.spent(on.key))).total === 0) await sleep(20);
    expect(await state.budgets.spent(on.key)).toMatchObject({ total: 0.75 });
    expect(await state.budgets.reserve(on, 0.5)).toMatchObject({ refusal: { reason: "key", spentUsd: 0.75 } });
  });

  test("what is settled meanwhile is booked once it is back, and once only", async () => {
    const { state, server } = await opened();
    const [one, other] = [await state.budgets.reserve(on, 0.25), await state.budgets.reserve(on, 0.25)];
    if (!one.ok || !other.ok) throw new Error("refused");
    await server.stop();
    await Promise.all([state.budgets.settle(one.reservation, 0.25), state.budgets.settle(other.reservation, 0.125)]);
    await back({ state, server });
    while ((await Promise.resolve(state.budgets.spent(on.key))).total < 0.375) await sleep(20);
    await sleep(600);
    expect(await state.budgets.spent(on.key)).toMatchObject({ total: 0.375 });
  });

  test("settling leaves no mark behind for longer than it may be asked again", async () => {
    const server = await redisServer();
    const client = await connectStateRedis(server.url, undefined);
    onTestFinished(() => client.disconnect());
    const ledger = redisLedger({ client, clock: undefined }, 60_000, "closed");
    const lines = [{ account: "gateway", period: "total" as const }];
    for (let i = 0; i < 300; i++) await ledger.settle({ id: `s${i}`, nanos: 1, lines }, 1);
    expect((await client.keys("*settled*")).length).toBeLessThanOrEqual(1);
    expect(await ledger.spent(lines)).toEqual([300]);
    await ledger.close();
  });

  test("none of many amounts is lost, though two look after them when it closes", { timeout: 120_000 }, async () => {
    const server = await redisServer();
    const client = await connectStateRedis(server.url, undefined);
    onTestFinished(() => client.disconnect());
    const ledger = redisLedger({ client, clock: undefined }, 60_000, "closed");
    const lines = [{ account: "gateway", period: "total" as const }];
    await server.stop();
    const amounts = Array.from({ length: 2000 }, (_, i) => i);
    await Promise.all(amounts.map(async (i) => await ledger.settle({ id: `h${i}`, nanos: 1, lines }, 1)));
    expect(ledger.unbooked()).toBe(2000);
    await server.start();
    while (ledger.unbooked() === 2000) await new Promise((resolve) => setImmediate(resolve));
    await ledger.close();
    expect(await ledger.spent(lines)).toEqual([2000]);
  });

  test("one that is not there at the start is an error with its address, without its password", async () => {
    const server = await redisServer(["--requirepass", "canary-secret"]);
    const { host } = new URL(server.url);
    await expect(openState(`redis://:canary-wrong@${host}`)).rejects.toThrow(
      expect.toSatisfy(
        (error: Error) => error.message.includes(`redis://${host}`) && !error.message.includes("canary"),
      ),
    );
    const { state, notes } = await openState(server.url, {}, { SIGNALBOX_REDIS_PASSWORD: "canary-secret" });
    expect(notes.join()).toMatch(/keeps nothing on disk/);
    await state.close();
    await server.stop();
    await expect(openState(server.url)).rejects.toThrow(/cannot be reached/);
  });
});
