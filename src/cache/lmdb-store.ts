/**
 * Bytes in LMDB: one folder, many processes at once, nothing to start. Reads come from the mapped file, writes are committed in
 * batches. The file is looked at before it is opened, since LMDB trusts what it maps: one that was cut short would end the
 * process.
 */
import { rename, rm } from "node:fs/promises";
import { join } from "node:path";
import type { RootDatabase } from "lmdb";
import { systemCode } from "../store/atomic-write.ts";
import { isDamagedLmdb, putLmdbAside } from "../store/lmdb-folder.ts";
import { makeFolder } from "../store/make-folder.ts";
import { makePrivateFolder } from "../store/make-private-folder.ts";
import type { ByteStore } from "./byte-store.ts";
import { CacheError } from "./cache-error.ts";

export interface OpenedLmdb {
  readonly store: ByteStore;
  /** where a damaged one was put, when there was one */
  readonly setAside: string | undefined;
}

const dataFile = "data.mdb";
const lockFile = "lock.mdb";
/** Entries read in one go, so that a walk over all of them holds no old state of the file. */
const walkStep = 256;

/** Opens the store in `folder`, which is made if it is not there. @throws CacheError when it cannot be */
export async function openLmdb(folder: string): Promise<OpenedLmdb> {
  try {
    const setAside = (await isDamagedLmdb(folder)) ? await putLmdbAside(folder) : undefined;
    await makePrivateFolder(folder);
    return { store: await lmdbStore(folder), setAside };
  } catch (cause) {
    throw failed("cannot be opened", folder, cause);
  }
}

function failed(what: string, folder: string, cause: unknown): CacheError {
  const said = systemCode(cause) || (cause instanceof Error ? cause.message : String(cause));
  const mend = "Give another folder with --cache, or go without: --no-cache.";
  return new CacheError({ problem: `the cache ${what} (${said})`, where: folder, mend, cause });
}

async function lmdbStore(folder: string): Promise<ByteStore> {
  const { open } = await import("lmdb");
  const start = (): RootDatabase<Buffer, string> =>
    open<Buffer, string>({ path: folder, noSubdir: false, encoding: "binary", compression: true, remapChunks: true });
  let database = start();
  return {
    place: folder,
    async get(key) {
      return read(() => database.get(key));
    },
    async putAll(entries) {
      try {
        // Of one turn, so of one commit: each of these is the same promise.
        const puts = new Set(Array.from(entries, ([key, bytes]) => database.put(key, bufferOf(bytes))));
        await Promise.all(puts);
      } catch (cause) {
        throw failed("cannot be written", folder, cause);
      }
    },
    entries: () => walk(database),
    async remove(keys) {
      try {
        await Promise.all(keys.map((key) => database.remove(key)));
      } catch (cause) {
        throw failed("cannot be written", folder, cause);
      }
    },
    async compact() {
      database.readerCheck();
      if (othersRead(database.readerList())) return;
      const copy = join(folder, `compact-${process.pid}`);
      await makeFolder(copy);
      await database.backup(copy, true);
      await database.close();
      await rename(join(copy, dataFile), join(folder, dataFile));
      await rm(join(folder, lockFile), { force: true });
      await rm(copy, { recursive: true, force: true });
      database = start();
    },
    async close() {
      await database.flushed;
      await database.close();
    },
  };
}

function bufferOf({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}

/** Page by page, each from the state of the file as it then is. */
async function* walk(database: RootDatabase<Buffer, string>): AsyncGenerator<readonly [string, Buffer]> {
  let after: string | undefined;
  for (;;) {
    const from = after === undefined ? {} : { start: after, exclusiveStart: true };
    const found = Array.from(database.getRange({ limit: walkStep, ...from }));
    for (const { key, value } of found) yield [key, value] as const;
    if (found.length < walkStep) return;
    after = found.at(-1)?.key;
  }
}

/** A page that LMDB finds broken holds no answer: empty bytes, which count as damaged. */
function read(get: () => Buffer | undefined): Buffer | undefined {
  try {
    return get();
  } catch (error) {
    if (error instanceof Error && error.message.startsWith("MDB_")) return Buffer.alloc(0);
    throw error;
  }
}

/** The list has a line of heads, then a line for each reader: its process first. */
function othersRead(list: string): boolean {
  const processes = list.split("\n").map((line) => Number.parseInt(line, 10));
  return processes.some((id) => Number.isInteger(id) && id !== process.pid);
}
