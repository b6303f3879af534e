/** A zip or tar archive unpacked beside its destination and renamed to it: a folder that exists is whole. */
import { randomBytes } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, open, rename, rm } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { pipeline } from "node:stream/promises";
import { DataError, SignalboxError, throwIfAborted } from "../core/errors.ts";
import { makeFolder } from "./make-folder.ts";
import { tarExtractor } from "./tar-extractor.ts";
import { unzip } from "./unzip.ts";

/** Replaces `destination`. @throws DataError when the archive is not sound; InterruptedError. */
export async function unpackArchive(archive: string, destination: string, signal?: AbortSignal): Promise<void> {
  throwIfAborted(signal, "Unpacking");
  await makeFolder(dirname(destination));
  const temporary = `${destination}.unpacking-${randomBytes(4).toString("hex")}`;
  try {
    await mkdir(temporary);
    if (await isZip(archive)) await unzip(archive, temporary, signal);
    else await untar(archive, temporary, signal);
    await rm(destination, { recursive: true, force: true });
    await rename(temporary, destination);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

async function untar(archive: string, folder: string, signal: AbortSignal | undefined): Promise<void> {
  const extractor = await tarExtractor(folder, () => undefined);
  try {
    await pipeline(createReadStream(archive), extractor, { ...(signal && { signal }) });
  } catch (cause) {
    throwIfAborted(signal, "Unpacking");
    if (cause instanceof SignalboxError) throw cause;
    const mend = "Remove it and fetch it again.";
    throw new DataError({ problem: "is not a sound zip or tar archive", where: basename(archive), mend, cause });
  }
}

async function isZip(archive: string): Promise<boolean> {
  const file = await open(archive, "r");
  try {
    const { buffer } = await file.read(Buffer.alloc(4), 0, 4, 0);
    return buffer.toString("latin1").startsWith("PK");
  } finally {
    await file.close();
  }
}
