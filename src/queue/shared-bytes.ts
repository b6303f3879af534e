/**
 * Bytes that coordinator and workers share, named by their SHA-256: in Redis in chunks, or in a folder that all of them see. Who
 * takes them checks the name, so that nobody computes on other data than was meant.
 */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Redis } from "ioredis";
import { z } from "zod";
import { bytesKey } from "./keys.ts";

export const sharedBytesSchema = z.object({
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  bytes: z.number().int().positive(),
  place: z.enum(["redis", "folder"]),
});

export type SharedBytes = z.infer<typeof sharedBytesSchema>;

/** One command to Redis carries so much: no other client waits long for it. */
const chunkBytes = 1 << 20;
/** Bytes whose coordinator died are forgotten after so long. */
const keptMs = 10 * 60_000;

export function sha256Of(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** The name of the file in a shared folder. */
export function sharedFileName({ sha256 }: Pick<SharedBytes, "sha256">): string {
  return `${sha256}.table`;
}

/** Puts bytes into Redis, unless they are there; renews how long they stay. */
export async function putBytes(redis: Redis, sha256: string, bytes: Buffer): Promise<void> {
  const key = bytesKey(sha256);
  const chunks = Math.ceil(bytes.length / chunkBytes);
  if ((await redis.hlen(key)) !== chunks) {
    for (let n = 0; n < chunks; n++) {
      // oxlint-disable-next-line no-await-in-loop -- one chunk after the other, so that other clients get their turn
      await redis.hset(key, String(n), bytes.subarray(n * chunkBytes, (n + 1) * chunkBytes));
    }
  }
  await redis.pexpire(key, keptMs);
}

export async function removeBytes(redis: Redis, sha256: string): Promise<void> {
  await redis.del(bytesKey(sha256));
}

/** The bytes, or why they cannot be had, in words for people. */
export async function takeBytes(
  redis: Redis,
  wanted: SharedBytes,
  folder: string | undefined,
): Promise<Buffer | string> {
  const found = wanted.place === "redis" ? await fromRedis(redis, wanted) : await fromFolder(wanted, folder);
  if (typeof found === "string") return found;
  const sha256 = sha256Of(found);
  if (sha256 === wanted.sha256) return found;
  return `the data found are others (SHA-256 ${sha256.slice(0, 12)}…) than those compared (${wanted.sha256.slice(0, 12)}…)`;
}

async function fromRedis(redis: Redis, { sha256, bytes }: SharedBytes): Promise<Buffer | string> {
  const chunks: Buffer[] = [];
  for (let n = 0; n * chunkBytes < bytes; n++) {
    // oxlint-disable-next-line no-await-in-loop -- one chunk after the other, so that other clients get their turn
    const chunk = await redis.hgetBuffer(bytesKey(sha256), String(n));
    if (chunk === null) return "its data are not, or no longer, in Redis";
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

async function fromFolder(wanted: SharedBytes, folder: string | undefined): Promise<Buffer | string> {
  const name = sharedFileName(wanted);
  if (folder === undefined) return "its data are in a shared folder: start the worker with --share and that folder";
  try {
    return await readFile(join(folder, name));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return `its data are not in ${folder}, the folder given to --share (${why})`;
  }
}
