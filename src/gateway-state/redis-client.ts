/**
 * A connection to the Redis that replicas share. A command that cannot be answered now fails now, and is never sent twice by itself:
 * whoever asked says what holds meanwhile.
 */
import type { Redis } from "ioredis";
import { shownAddress } from "../core/shown-address.ts";
import { StateError } from "./state-error.ts";

const connectMs = 5000;
/** A Redis that takes longer is as good as away. */
const commandMs = 1000;
const longestWaitMs = 1000;

/** @param password where the address has none @throws StateError when nobody answers there, or the password is refused */
export async function connectStateRedis(url: string, password: string | undefined): Promise<Redis> {
  const { Redis: Client } = await import("ioredis");
  const client = new Client(url, {
    lazyConnect: true,
    connectTimeout: connectMs,
    commandTimeout: commandMs,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    // What is said in one turn of the event loop goes out in one write.
    enableAutoPipelining: true,
    retryStrategy: (attempt) => Math.min(50 * attempt, longestWaitMs),
    ...(password !== undefined && new URL(url).password === "" && { password }),
  });
  // Without a listener an error of the connection would end the process; commands report it themselves.
  let last: unknown;
  client.on("error", (error: unknown) => (last = error));
  try {
    await client.connect();
    await client.ping();
  } catch (error) {
    client.disconnect();
    const cause = last ?? error;
    const said = cause instanceof Error && cause.message !== "" ? cause.message : "no answer";
    const mend = "Start it (Debian: apt-get install redis-server), or correct its address.";
    throw new StateError({ problem: `Redis cannot be reached (${said})`, where: shownAddress(url), mend, cause });
  }
  return client;
}
