/** One exam for every kind of state: what a gateway may rely on, whatever holds it. */
import { describe, expect, test } from "vitest";
import { stateKinds } from "../../test/support/gateway-states.ts";
import { keyAdmin } from "./key-admin.ts";
import type { KeyOrder } from "./key-admin.ts";
import type { Reservation, Reserved, Spender } from "./state.ts";

const hourMs = 3_600_000;
const order: KeyOrder = { name: "team", models: undefined, limits: {}, caps: {}, expiresAt: undefined };
const spender = (caps: Spender["caps"] = {}, limits: Spender["limits"] = {}): Spender => ({
  id: "key_a",
  caps,
  limits,
});

function held(reserved: Reserved): Reservation {
  if (reserved.ok) return reserved.reservation;
  throw new Error(`refused: ${JSON.stringify(reserved.refusal)}`);
}

for (const { name, absent, open } of stateKinds) {
  describe.skipIf(absent !== undefined)(`keys in ${name}${absent === undefined ? "" : ` (${absent})`}`, () => {
    test("a secret opens the door of its key alone, in every replica", async () => {
      const { one, other, clock } = await open();
      const admin = keyAdmin(one.keyTable, () => clock.nowMs);
      const caps = { day: 5 };
      const limits = { requestsPerMinute: 60 };
      const made = await admin.create({ ...order, models: ["maker/*"], limits, caps });
      await admin.create({ ...order, name: "another" });
      const found = await other.state.keys.find(made.secret);
      expect(found).toEqual({ status: "valid", key: made.key });
      expect(made.key).toMatchObject({ name: "team", models: ["maker/*"], limits, caps });
      for (const wrong of ["", made.secret.slice(0, -1), `${made.secret}x`, made.key.id, "\0", "ключ"])
        expect(await other.state.keys.find(wrong)).toEqual({ status: "unknown" });
      expect(JSON.stringify(await other.keyTable.all())).not.toContain(made.secret.slice(6));
    });

    test("a key that is revoked or over lets nobody in, and says which", async () => {
      const { one, other, clock } = await open();
      const admin = keyAdmin(one.keyTable, () => clock.nowMs);
      const made = await admin.create(order);
      const short = await admin.create({
        ...order,
        name: "short",
        expiresAt: new Date(clock.nowMs + hourMs).toISOString(),
      });
      expect(await other.state.keys.find(short.secret)).toMatchObject({ status: "valid" });
      clock.nowMs += hourMs;
      await admin.revoke("team");
      expect(await other.state.keys.find(made.secret)).toEqual({ status: "revoked" });
      expect(await other.state.keys.find(short.secret)).toEqual({ status: "expired" });
    });

    test("a rotated key is the same key: the old secret counts for its grace, and not an hour longer", async () => {
      const { one, other, clock } = await open();
      const admin = keyAdmin(one.keyTable, () => clock.nowMs);
      const first = await admin.create(order);
      clock.nowMs += 1000;
      const second = await admin.rotate(first.key.id, hourMs);
      expect(second.key).toEqual(first.key);
      for (const { secret } of [first, second])
        expect(await other.state.keys.find(secret)).toMatchObject({ status: "valid", key: { id: first.key.id } });
      clock.nowMs += hourMs;
      expect(await other.state.keys.find(first.secret)).toEqual({ status: "expired" });
      const third = await admin.rotate("team", 0);
      expect(await other.state.keys.find(second.secret)).toEqual({ status: "unknown" });
      expect(await other.state.keys.find(third.secret)).toMatchObject({ status: "valid" });
      expect((await admin.list()).map(({ id }) => id)).toEqual([first.key.id]);
      await expect(admin.create(order)).rejects.toThrow(/in force already.*keys revoke/);
      await expect(admin.revoke("taem")).rejects.toThrow(/Did you mean "team"/);
    });
  });

  describe.skipIf(absent !== undefined)(`budgets in ${name}`, () => {
    test("a hundred calls at once, in two replicas, on a budget for ten: ten pass", async () => {
      const { one, other } = await open();
      const key = spender({ total: 1 });
      const replicas = [one.state.budgets, other.state.budgets];
      const call = async (i: number) => await replicas[i % 2]!.reserve({ key, model: "m" }, 0.1);
      const answers = await Promise.all(Array.from({ length: 100 }, (_, i) => call(i)));
      const passed = answers.filter(({ ok }) => ok);
      expect(passed).toHaveLength(10);
      const refused = answers.find(({ ok }) => !ok);
      expect(refused).toMatchObject({
        refusal: { reason: "key", period: "total", capUsd: 1, spentUsd: 0, reservedUsd: 1, resetsAt: undefined },
      });
    });

    test("what a call did not need is free again, what it cost is spent, and each is told once", async () => {
      const { one, other } = await open();
      const key = spender({ day: 1 });
      const on = { key, model: "m" };
      const first = held(await one.state.budgets.reserve(on, 0.9));
      expect(await other.state.budgets.reserve(on, 0.2)).toMatchObject({ ok: false });
      await one.state.budgets.settle(first, 0.25);
      await one.state.budgets.settle(first, 0.25);
      await one.state.budgets.release(first);
      expect(await other.state.budgets.spent(key)).toEqual({ day: 0.25, month: 0.25, total: 0.25 });
      const second = held(await other.state.budgets.reserve(on, 0.75));
      await other.state.budgets.release(second);
      await other.state.budgets.settle(second, 0.75);
      expect(await one.state.budgets.spent(key)).toEqual({ day: 0.25, month: 0.25, total: 0.25 });
    });

    test("a call of unknown cost counts with all that was held back for it", async () => {
      const { one } = await open();
      const key = spender();
      await one.state.budgets.settle(held(await one.state.budgets.reserve({ key, model: "m" }, 0.5)), NaN);
      expect(await one.state.budgets.spent(key)).toMatchObject({ total: 0.5 });
    });

    test("a call whose most is not known passes only where nothing caps it", async () => {
      const { one } = await open({ caps: { models: { dear: { month: 3 } } } });
      expect(await one.state.budgets.reserve({ key: spender(), model: "m" }, NaN)).toMatchObject({ ok: true });
      expect(await one.state.budgets.reserve({ key: spender({ day: 9 }), model: "m" }, NaN)).toMatchObject({
        refusal: { reason: "key", period: "day", capUsd: 9, spentUsd: 0, resetsAt: "2026-11-29T00:00:00.000Z" },
      });
      expect(await one.state.budgets.reserve({ key: undefined, model: "dear" }, Infinity)).toMatchObject({
        refusal: { reason: "model", period: "month", resetsAt: "2026-12-01T00:00:00.000Z" },
      });
    });

    test("the caps of key, model and gateway hold together, and a refusal holds nothing back", async () => {
      const { one } = await open({
        caps: { gateway: { total: 2 }, models: { dear: { day: 1 } }, eachKey: { day: 1.5 } },
      });
      const { budgets } = one.state;
      const key = spender();
      held(await budgets.reserve({ key, model: "dear" }, 0.75));
      expect(await budgets.reserve({ key, model: "dear" }, 0.5)).toMatchObject({
        refusal: { reason: "model", capUsd: 1 },
      });
      held(await budgets.reserve({ key, model: "cheap" }, 0.75));
      expect(await budgets.reserve({ key, model: "cheap" }, 0.1)).toMatchObject({
        refusal: { reason: "key", capUsd: 1.5 },
      });
      expect(await budgets.reserve({ key: undefined, model: "cheap" }, 0.6)).toMatchObject({
        refusal: { reason: "gateway", reservedUsd: 1.5 },
      });
      expect(await budgets.reserve({ key: undefined, model: "cheap" }, 0.5)).toMatchObject({ ok: true });
    });

    test("a new day begins with nothing spent; what is under way stays held back", async () => {
      const { one, other, clock } = await open();
      const on = { key: spender({ day: 1, total: 10 }), model: "m" };
      await one.state.budgets.settle(held(await one.state.budgets.reserve(on, 0.5)), 0.5);
      clock.nowMs = Date.parse("2026-11-28T23:59:59Z");
      const late = held(await one.state.budgets.reserve(on, 0.5));
      clock.nowMs += 1000;
      expect(await other.state.budgets.reserve(on, 0.6)).toMatchObject({ refusal: { spentUsd: 0, reservedUsd: 0.5 } });
      await one.state.budgets.settle(late, 0.4);
      expect(await other.state.budgets.spent(on.key)).toEqual({ day: 0.4, month: 0.9, total: 0.9 });
    });

    test("money held for a call lapses, and a late settling is booked all the same", async () => {
      const { one, other, clock } = await open({ holdMs: 60_000 });
      const on = { key: spender({ total: 1 }), model: "m" };
      const lost = held(await one.state.budgets.reserve(on, 1));
      clock.nowMs += 59_999;
      expect(await other.state.budgets.reserve(on, 1)).toMatchObject({ ok: false });
      clock.nowMs += 1;
      await other.state.budgets.release(held(await other.state.budgets.reserve(on, 1)));
      await one.state.budgets.settle(lost, 0.75);
      expect(await other.state.budgets.spent(on.key)).toMatchObject({ total: 0.75 });
      expect(await other.state.budgets.reserve(on, 0.5)).toMatchObject({ refusal: { reservedUsd: 0 } });
    });
  });

  describe.skipIf(absent !== undefined)(`limits in ${name}`, () => {
    test("a minute's requests may go at once; then they come back evenly", async () => {
      const { one, clock } = await open();
      const key = spender({}, { requestsPerMinute: 6 });
      for (let i = 0; i < 6; i++) expect(await one.state.limits.take(key, 1)).toEqual({ ok: true });
      expect(await one.state.limits.take(key, 1)).toEqual({ ok: false, reason: "requests", retryAfterMs: 10_000 });
      clock.nowMs += 9_999;
      expect(await one.state.limits.take(key, 1)).toMatchObject({ ok: false, retryAfterMs: 1 });
      clock.nowMs += 1;
      expect(await one.state.limits.take(key, 1)).toEqual({ ok: true });
      expect(await one.state.limits.take(key, 1)).toMatchObject({ ok: false });
      expect(await one.state.limits.take({ ...key, id: "key_b" }, 1)).toEqual({ ok: true });
    });

    test("tokens are guessed, then put right; a refused request takes nothing", async () => {
      const { one, clock } = await open();
      const key = spender({}, { requestsPerMinute: 3, tokensPerMinute: 600 });
      expect(await one.state.limits.take(key, 500)).toEqual({ ok: true });
      expect(await one.state.limits.take(key, 200)).toEqual({ ok: false, reason: "tokens", retryAfterMs: 10_000 });
      await one.state.limits.correct(key, 500, 100);
      expect(await one.state.limits.take(key, 500)).toEqual({ ok: true });
      await one.state.limits.correct(key, 500, 1100);
      clock.nowMs += 60_000;
      expect(await one.state.limits.take(key, 1)).toMatchObject({ reason: "tokens" });
      expect(await one.state.limits.take(key, NaN)).toMatchObject({ ok: true });
    });

    test("a request that uses no tokens is one of the minute's requests, and waits for no tokens", async () => {
      const { one } = await open();
      const key = spender({}, { requestsPerMinute: 3, tokensPerMinute: 100 });
      expect(await one.state.limits.take(key, 300)).toEqual({ ok: true });
      expect(await one.state.limits.take(key, NaN)).toMatchObject({ reason: "tokens" });
      expect(await one.state.limits.take(key, 0)).toEqual({ ok: true });
      expect(await one.state.limits.take(key, 0)).toEqual({ ok: true });
      expect(await one.state.limits.take(key, 0)).toMatchObject({ reason: "requests" });
      expect(await one.state.limits.take(key, 1)).toMatchObject({ reason: "tokens" });
    });

    test("a request larger than a minute's tokens passes when the minute is untouched", async () => {
      const { one, clock } = await open();
      const key = spender({}, { tokensPerMinute: 100 });
      expect(await one.state.limits.take(key, 300)).toEqual({ ok: true });
      expect(await one.state.limits.take(key, 1)).toMatchObject({ reason: "tokens", retryAfterMs: 120_600 });
      clock.nowMs += 120_600;
      expect(await one.state.limits.take(key, 1)).toEqual({ ok: true });
    });
  });

  describe.skipIf(absent !== undefined)(`breakers in ${name}`, () => {
    test("opens when most calls fail, lets one probe through, and closes when it succeeds", async () => {
      const { one, clock } = await open();
      const { breakers } = one.state;
      for (let i = 0; i < 5; i++) {
        expect(await breakers.allows("t")).toEqual({ ok: true, isProbe: false });
        await breakers.failed("t");
      }
      expect(await breakers.allows("t")).toEqual({ ok: false, retryAfterMs: 5000 });
      expect(await breakers.allows("another")).toMatchObject({ ok: true });
      expect(await breakers.stateOf("t")).toBe("open");
      clock.nowMs += 5000;
      expect(await breakers.allows("t")).toEqual({ ok: true, isProbe: true });
      expect(await breakers.allows("t")).toMatchObject({ ok: false });
      expect(await breakers.stateOf("t")).toBe("half-open");
      await breakers.succeeded("t");
      expect(await breakers.stateOf("t")).toBe("closed");
      expect(await breakers.allows("t")).toEqual({ ok: true, isProbe: false });
    });

    test("an endpoint that asks for years is left alone for as long as a breaker may be open", async () => {
      const { one } = await open();
      const { breakers } = one.state;
      for (let i = 0; i < 6; i++) await breakers.failed("t", 1e12);
      expect(await breakers.allows("t")).toEqual({ ok: false, retryAfterMs: 300_000 });
    });

    test("a probe that fails opens it for twice as long; one that is cancelled says nothing", async () => {
      const { one, clock } = await open();
      const { breakers } = one.state;
      for (let i = 0; i < 5; i++) await breakers.failed("t", 7000);
      expect(await breakers.allows("t")).toEqual({ ok: false, retryAfterMs: 7000 });
      clock.nowMs += 7000;
      await breakers.allows("t");
      await breakers.failed("t");
      expect(await breakers.allows("t")).toEqual({ ok: false, retryAfterMs: 10_000 });
      clock.nowMs += 10_000;
      expect(await breakers.allows("t")).toMatchObject({ isProbe: true });
      await breakers.cancelled("t");
      expect(await breakers.allows("t")).toMatchObject({ isProbe: true });
      clock.nowMs += 60_000;
      expect(await breakers.allows("t")).toMatchObject({ isProbe: true });
    });
  });

  describe.skipIf(absent !== undefined)(`sessions in ${name}`, () => {
    test("a session is found by its owner alone, until it was not used for a while", async () => {
      const { one, clock } = await open({ sessions: { keptMs: hourMs, mostSessions: 10 } });
      const { sessions } = one.state;
      await sessions.put("key_a", "talk", { model: "m", cachedTokens: 7 });
      expect(await sessions.get("key_a", "talk")).toEqual({ model: "m", cachedTokens: 7 });
      expect(await sessions.get("key_b", "talk")).toBeUndefined();
      expect(await sessions.get(undefined, "talk")).toBeUndefined();
      clock.nowMs += hourMs - 1;
      expect(await sessions.get("key_a", "talk")).toBeDefined();
      clock.nowMs += hourMs - 1;
      expect(await sessions.get("key_a", "talk")).toBeDefined();
      clock.nowMs += hourMs;
      expect(await sessions.get("key_a", "talk")).toBeUndefined();
    });

    test("only the sessions used last are kept", async () => {
      const { one, clock } = await open({ sessions: { keptMs: hourMs, mostSessions: 3 } });
      const { sessions } = one.state;
      for (const id of ["a", "b", "c", "d"]) {
        clock.nowMs += 1;
        await sessions.put(undefined, id, { model: id, cachedTokens: 1 });
        await sessions.get(undefined, "a");
      }
      const found = await Promise.all(["a", "b", "c", "d"].map(async (id) => await sessions.get(undefined, id)));
      expect(found.map((memory) => memory?.model)).toEqual(["a", undefined, "c", "d"]);
    });
  });
}
