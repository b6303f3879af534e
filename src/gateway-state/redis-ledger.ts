/**
 * A ledger that replicas share. What was spent is never lost to an absence of Redis: it is kept here and booked when Redis is
 * back, once. Whether calls go on meanwhile is the user's choice.
 */
import { lineName } from "./ledger.ts";
import type { CapMet, Ledger } from "./ledger.ts";
import { renewLua, reserveLua, settleLua, spentLua } from "./redis-ledger-lua.ts";
import { redisScript } from "./redis-script.ts";
import type { ScriptedRedis } from "./redis-script.ts";

const retryEveryMs = 500;
/** On closing, Redis gets so long to come back. */
const lastChanceMs = 2000;

interface Unbooked {
  readonly id: string;
  readonly nanos: number;
  readonly names: readonly string[];
}

/** So many ids a settlement tells at most that were heard to be settled. */
const mostHeard = 100;

export interface RedisLedger extends Ledger {
  /** Amounts that wait for Redis to come back. */
  unbooked(): number;
  /** Books what waits, if Redis comes back soon. */
  close(): Promise<void>;
}

/** @param whenAway whether calls may go on that cannot be counted now */
export function redisLedger(redis: ScriptedRedis, holdMs: number, whenAway: "closed" | "open"): RedisLedger {
  const reserve = redisScript(redis, "reserve", reserveLua);
  const settle = redisScript(redis, "settle", settleLua);
  const renew = redisScript(redis, "renew", renewLua);
  const spent = redisScript(redis, "spent", spentLua);
  const waiting: Unbooked[] = [];
  /** Settled, and heard to be so: their marks in Redis may go. One that is lost on the way goes by itself, a day later. */
  const heard: string[] = [];
  const book = async ({ id, nanos, names }: Unbooked): Promise<void> => {
    const marked = heard.splice(0, mostHeard);
    await settle(id, nanos, marked.length, ...marked, ...names);
    heard.push(id);
  };
  const bookAll = async (): Promise<void> => {
    for (let next = waiting[0]; next !== undefined; next = waiting[0]) {
      // oxlint-disable-next-line no-await-in-loop -- the first that fails says that the others would
      await book(next);
      waiting.shift();
    }
  };
  // One at a time: two would take the same amount off the list twice, and the second time another one.
  let booking: Promise<void> | undefined;
  const bookWaiting = (): Promise<void> => (booking ??= bookAll().finally(() => (booking = undefined)));
  const timer = setInterval(() => void bookWaiting().catch(() => undefined), retryEveryMs);
  timer.unref();
  return {
    async reserve(id, lines, nanos) {
      const values = lines.flatMap((line) => [lineName(line), line.capNanos ?? ""]);
      try {
        return metOf(await reserve(holdMs, id, nanos, ...values));
      } catch {
        return whenAway === "open" ? undefined : "away";
      }
    },
    async settle({ id, lines }, nanos) {
      const amount = { id, nanos, names: lines.map(lineName) };
      await book(amount).catch(() => void waiting.push(amount));
    },
    async renew(ids) {
      await renew(holdMs, ...ids);
    },
    async spent(lines) {
      const found = (await spent(...lines.map(lineName)).catch(() => [])) as string[];
      return lines.map((_, i) => Number(found[i] ?? NaN));
    },
    unbooked: () => waiting.length,
    async close() {
      clearInterval(timer);
      await untilBooked(waiting, bookWaiting);
    },
  };
}

/** Tries for a while, should Redis come back. */
async function untilBooked(waiting: readonly Unbooked[], bookWaiting: () => Promise<void>): Promise<void> {
  const endMs = performance.now() + lastChanceMs;
  while (waiting.length > 0 && performance.now() < endMs) {
    // oxlint-disable-next-line no-await-in-loop -- until Redis is back
    await bookWaiting().catch(() => new Promise((resolve) => setTimeout(resolve, retryEveryMs / 5)));
  }
}

function metOf(answer: unknown): CapMet | undefined {
  const [index, spent, reserved] = answer as [number?, string?, string?];
  return index === undefined ? undefined : { index, spent: Number(spent), reserved: Number(reserved) };
}
