/** Bytes in Redis, for collectors on many machines. A restart of Redis is waited for; one that stays away is an error. */
import type { Redis } from "ioredis";
import { shownAddress } from "../core/shown-address.ts";
import type { ByteStore } from "./byte-store.ts";
import { CacheError } from "./cache-error.ts";

/** Before every key, so that other users of the same Redis are let be. */
const prefix = "signalbox:answer:";
const scanStep = 500;
const connectMs = 5000;
/** Reconnecting that often, with growing waits, takes about fifteen seconds. */
const reconnects = 10;

/**
 * Connects. @param url redis:// or rediss://, with the number of the database as path
 * @param password where the address has none
 * @throws CacheError when nobody answers there, or the password is refused
 */
export async function openRedis(url: string, password?: string): Promise<ByteStore> {
  const { Redis: Client } = await import("ioredis");
  const client = new Client(url, {
    lazyConnect: true,
    connectTimeout: connectMs,
    maxRetriesPerRequest: reconnects,
    retryStrategy: (attempt) => Math.min(100 * 2 ** attempt, 2000),
    enableAutoPipelining: true,
    ...(password !== undefined && new URL(url).password === "" && { password }),
  });
  // Without a listener an error of the connection would end the process; commands report it themselves.
  let last: unknown;
  client.on("error", (error: unknown) => (last = error));
  const place = shownAddress(url);
  try {
    await client.connect();
    await client.ping();
  } catch (error) {
    client.disconnect();
    throw failed("cannot be reached", place, last ?? error);
  }
  return redisStore(client, place);
}

function failed(what: string, place: string, cause: unknown): CacheError {
  const said = cause instanceof Error ? cause.message : String(cause);
  const mend = "Start Redis, correct the address, or go without: --no-cache (--cache-optional goes on when it fails).";
  return new CacheError({ problem: `the cache ${what} (${said})`, where: place, mend, cause });
}

function redisStore(client: Redis, place: string): ByteStore {
  const asking = async <Result>(what: string, command: Promise<Result>): Promise<Result> => {
    try {
      return await command;
    } catch (cause) {
      throw failed(what, place, cause);
    }
  };
  return {
    place,
    async get(key) {
      return (await asking("cannot be read", client.getBuffer(prefix + key))) ?? undefined;
    },
    async putAll(entries) {
      const puts = Array.from(entries, ([key, bytes]) => client.set(prefix + key, Buffer.from(bytes)));
      await asking("cannot be written", Promise.all(puts));
    },
    async *entries() {
      let cursor = "0";
      do {
        // oxlint-disable-next-line no-await-in-loop -- each page names the next
        const [next, keys] = await asking(
          "cannot be read",
          client.scan(cursor, "MATCH", `${prefix}*`, "COUNT", scanStep),
        );
        cursor = next;
        // oxlint-disable-next-line no-await-in-loop -- a page at a time bounds the memory
        const values = keys.length === 0 ? [] : await asking("cannot be read", client.mgetBuffer(keys));
        for (const [i, key] of keys.entries()) {
          const value = values[i];
          if (value) yield [key.slice(prefix.length), value] as const;
        }
      } while (cursor !== "0");
    },
    async remove(keys) {
      for (let from = 0; from < keys.length; from += scanStep) {
        const some = keys.slice(from, from + scanStep).map((key) => prefix + key);
        // oxlint-disable-next-line no-await-in-loop -- bounded requests
        await asking("cannot be written", client.unlink(some));
      }
    },
    compact: () => Promise.resolve(),
    async close() {
      await client.quit().catch(() => client.disconnect());
    },
  };
}
