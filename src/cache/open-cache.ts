/** A cache by its address: a folder, or Redis. */
import { join, resolve } from "node:path";
import { UsageError } from "../core/errors.ts";
import { defaultCacheDir } from "../store/cache-dir.ts";
import { answerCache } from "./answer-cache.ts";
import type { AnswerCache } from "./answer-cache.ts";

export interface OpenedCache {
  readonly cache: AnswerCache;
  /** what the user should know, one sentence each */
  readonly notes: readonly string[];
}

/** Names the password of Redis, where its address holds none. */
export const redisPasswordVariable = "SIGNALBOX_REDIS_PASSWORD";

/** The folder of answers in the user's cache folder. */
export function defaultAnswerFolder(environment: NodeJS.ProcessEnv): string {
  return join(defaultCacheDir(environment), "answers");
}

/** Whether an address is that of a Redis. */
export function isRedisAddress(place: string): boolean {
  return /^rediss?:/i.test(place);
}

/**
 * Opens it.
 * @param place a folder, or redis://HOST:PORT/DATABASE
 * @param environment for the password of Redis
 * @throws UsageError for another kind of address; CacheError when it cannot be opened
 */
export async function openCache(place: string, environment: NodeJS.ProcessEnv = {}): Promise<OpenedCache> {
  if (isRedisAddress(place)) {
    if (!URL.canParse(place) || new URL(place).hostname === "") throw notAnAddress(place);
    const { openRedis } = await import("./redis-store.ts");
    return { cache: answerCache(await openRedis(place, environment[redisPasswordVariable])), notes: [] };
  }
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(place)) throw notAnAddress(place);
  const { openLmdb } = await import("./lmdb-store.ts");
  const { store, setAside } = await openLmdb(resolve(place));
  const notes =
    setAside === undefined ? [] : [`the cache was damaged: it was put aside as ${setAside}, and a new one begun`];
  return { cache: answerCache(store), notes };
}

function notAnAddress(place: string): UsageError {
  return new UsageError({
    problem: "not the address of a cache",
    // Only its kind is shown: the rest may hold a password.
    where: place.replace(/:.*/s, ":…"),
    mend: "Give a folder, or redis://HOST:PORT",
  });
}
