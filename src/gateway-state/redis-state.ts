/** All that a gateway remembers, in Redis: for many replicas. Each part says what holds while Redis is away (see `FailModes`). */
import type { Redis } from "ioredis";
import { shownAddress } from "../core/shown-address.ts";
import { budgetsOver } from "./budgets.ts";
import type { OpenedState } from "./embedded-state.ts";
import { keyStore } from "./key-store.ts";
import { memoryBreakers } from "./memory-breakers.ts";
import { memoryLimits } from "./memory-limits.ts";
import { redisBreakers } from "./redis-breakers.ts";
import { connectStateRedis } from "./redis-client.ts";
import { redisKeys } from "./redis-keys.ts";
import { redisLedger } from "./redis-ledger.ts";
import { redisLimits } from "./redis-limits.ts";
import { redisSessions } from "./redis-sessions.ts";
import type { GatewayState, KeyStore } from "./state.ts";
import { renewalOf } from "./state-options.ts";
import type { StateOptions } from "./state-options.ts";

export interface RedisPlace {
  /** redis:// or rediss://, with the number of the database as path */
  readonly url: string;
  /** where the address has none */
  readonly password: string | undefined;
  /** for tests: instead of the server's clock */
  readonly clock?: (() => number) | undefined;
}

/** @throws StateError when nobody answers there, or the password is refused */
export async function redisState({ url, password, clock }: RedisPlace, options: StateOptions): Promise<OpenedState> {
  const client = await connectStateRedis(url, password);
  const redis = { client, clock };
  const { now, whenAway } = options;
  const place = shownAddress(url);
  const keyTable = redisKeys(redis, place);
  const ledger = redisLedger(redis, options.holdMs, whenAway.budgets);
  const budgets = budgetsOver(ledger, options.caps, now, renewalOf(options));
  const state: GatewayState = {
    place,
    keys: unlessAway(keyStore(keyTable, now)),
    limits: redisLimits(redis, whenAway.limits === "open" ? memoryLimits(now) : undefined),
    budgets,
    breakers: redisBreakers(redis, options.breaker, memoryBreakers(options.breaker, now)),
    sessions: redisSessions(redis, options.sessions),
    isReady: () => client.status === "ready",
    async close() {
      budgets.close();
      await ledger.close();
      await client.quit().catch(() => client.disconnect());
    },
  };
  return { state, keyTable, notes: await notesOn(client) };
}

/** Nobody is let in whose key cannot be looked up. */
function unlessAway(keys: KeyStore): KeyStore {
  return {
    async find(secret) {
      try {
        return await keys.find(secret);
      } catch {
        return { status: "unavailable" };
      }
    },
  };
}

/** A Redis that keeps nothing on disk forgets what was spent; one that may not be asked is trusted. */
async function notesOn(client: Redis): Promise<string[]> {
  try {
    const settings = [await client.config("GET", "appendonly"), await client.config("GET", "save")] as string[][];
    const isKept = settings[0]?.[1] === "yes" || settings[1]?.[1] !== "";
    return isKept ? [] : ["this Redis keeps nothing on disk: when it restarts, keys are gone and budgets begin anew"];
  } catch {
    return [];
  }
}
