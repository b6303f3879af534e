/** The folder of an LMDB, looked at before it is opened: LMDB trusts what it maps, and a file that was cut short would end the process. */
import { open, rename } from "node:fs/promises";
import { join } from "node:path";
import { systemCode } from "./atomic-write.ts";

const dataFile = "data.mdb";

/** Moves the folder out of the way. Gives where it is now. */
export async function putLmdbAside(folder: string): Promise<string> {
  const aside = `${folder}.damaged-${new Date().toISOString().slice(0, 19).replace(/\D/g, "")}`;
  await rename(folder, aside);
  return aside;
}

const magic = 0xbeefc0de;
/** Places in a meta page: LMDB's magic number, the size of a page, the last page in use, and the number of the transaction. */
const place = { magic: 24, pageBytes: 48, lastPage: 144, transaction: 152 } as const;
const metaBytes = 160;

/** Whether the file is no LMDB, or shorter than its newer head says. One that is not there, or empty, is sound. */
export async function isDamagedLmdb(folder: string): Promise<boolean> {
  const file = await open(join(folder, dataFile), "r").catch((error: unknown) => {
    if (systemCode(error) === "ENOENT") return undefined;
    throw error;
  });
  if (file === undefined) return false;
  try {
    const head = Buffer.alloc(metaBytes);
    const { bytesRead } = await file.read(head, 0, metaBytes, 0);
    if (bytesRead === 0) return false;
    if (bytesRead < metaBytes || head.readUInt32LE(place.magic) !== magic) return true;
    const pageBytes = head.readUInt32LE(place.pageBytes);
    const second = Buffer.alloc(metaBytes);
    await file.read(second, 0, metaBytes, pageBytes);
    if (second.readUInt32LE(place.magic) !== magic) return true;
    const newer = second.readBigUInt64LE(place.transaction) > head.readBigUInt64LE(place.transaction) ? second : head;
    // The heads are read before the size: a writer puts the pages first, so the size cannot lag behind.
    const { size } = await file.stat();
    return size < (Number(newer.readBigUInt64LE(place.lastPage)) + 1) * pageBytes;
  } finally {
    await file.close();
  }
}
