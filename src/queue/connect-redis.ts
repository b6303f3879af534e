/** A connection to the Redis that holds the jobs. Once made it outlives restarts of Redis: commands wait until it is back. */
import type { Redis } from "ioredis";
import { PrerequisiteError, UsageError } from "../core/errors.ts";
import { shownAddress } from "../core/shown-address.ts";
import { QueueError } from "./queue-error.ts";

const connectMs = 5000;
const longestWaitMs = 1000;

/**
 * Connects. The password, if there is one, is shown in no message.
 * @param url redis:// or rediss://, with the number of the database as path
 * @param password where the address has none
 * @throws UsageError when it is no such address; QueueError when nobody answers there, or the password is refused
 */
export async function connectRedis(url: string, password?: string): Promise<Redis> {
  const place = placeOf(url);
  const Client = await loadClient();
  let isOpen = false;
  const client = new Client(url, {
    lazyConnect: true,
    connectTimeout: connectMs,
    // A command is never given up: what it carries has been paid for.
    maxRetriesPerRequest: null,
    // What is said in one turn of the event loop goes out in one write: most of a job's cost is in system calls.
    enableAutoPipelining: true,
    ...(password !== undefined && { password }),
    // The first connection fails at once; a later one is tried again for as long as the run lasts.
    retryStrategy: (attempt) => (isOpen ? Math.min(50 * attempt, longestWaitMs) : null),
  });
  // Without a listener an error of the connection would end the process.
  let last: unknown;
  client.on("error", (error: unknown) => (last = error));
  try {
    await client.connect();
    await client.ping();
  } catch (error) {
    client.disconnect();
    const cause = last ?? error;
    const said = cause instanceof Error && cause.message !== "" ? cause.message : "no answer";
    throw new QueueError({
      problem: `Redis cannot be reached (${said})`,
      where: place,
      mend: "Start it (Debian: apt-get install redis-server), or correct --redis.",
      cause,
    });
  }
  isOpen = true;
  return client;
}

/** The address without user and password. */
function placeOf(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (!parsed || !/^rediss?:$/.test(parsed.protocol) || parsed.hostname === "") {
    throw new UsageError({
      problem: "not the address of a Redis",
      where: "--redis",
      mend: "Give redis://HOST:PORT, or rediss:// with TLS.",
    });
  }
  return shownAddress(url);
}

async function loadClient(): Promise<typeof Redis> {
  try {
    return (await import("ioredis")).Redis;
  } catch (cause) {
    throw new PrerequisiteError({
      problem: "jobs on many machines need ioredis, which could not be loaded",
      mend: "Run: npm install ioredis",
      cause,
    });
  }
}
