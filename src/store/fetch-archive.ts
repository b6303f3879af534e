/**
 * A published archive of results: downloaded (resumable, checksum), unpacked beside its destination, then renamed to
 * it. A destination that exists is whole.
 */
import { randomBytes } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { DataError, InterruptedError, throwIfAborted, UsageError } from "../core/errors.ts";
import { systemCode } from "./atomic-write.ts";
import { DownloadError } from "./download-error.ts";
import { exclusively, type LockOwner } from "./exclusively.ts";
import { makeFolder } from "./make-folder.ts";
import { tarExtractor } from "./tar-extractor.ts";
import { fileSha256, requireSpace, resumableDownload } from "./resumable-download.ts";

export interface Archive {
  readonly url: string;
  /** sha256 of the archive, in hex. */
  readonly sha256?: string | undefined;
  /** Its size. */
  readonly bytes?: number | undefined;
  /** The room its files take, asked of the disk before anything is unpacked. */
  readonly unpackedBytes?: number | undefined;
}

export interface FetchArchiveOptions extends Archive {
  /** The folder to make. It must not exist, unless it was made from the same archive. */
  readonly destination: string;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((step: "download" | "unpack", done: number, total: number | undefined) => void) | undefined;
  /** Called once when another process is fetching to the same folder; this one then waits for it. */
  readonly onWait?: ((owner: LockOwner) => void) | undefined;
  /** Wait before the first retry of the download. @default 1000 */
  readonly firstWaitMs?: number | undefined;
}

export interface FetchedArchive {
  readonly destination: string;
  /** True when the folder was there already, made from this archive. */
  readonly alreadyThere: boolean;
  /** Entries left out: links, devices, and paths that lead out of the folder. */
  readonly skipped: readonly string[];
}

/** The public release of LLMRouterBench: 7.8 GB in about 700 files below `bench-release/`. */
export const llmRouterBench: Required<Archive> = {
  url: "https://huggingface.co/datasets/NPULH/LLMRouterBench/resolve/0e5af1b84bf73437a01a1849c0f1d2468baa93fc/bench-release.tar.gz",
  sha256: "b79f8cde1a6f029c2efa663a3a3b6f7748defb22341fe59f328cebef6648c8f1",
  bytes: 1_283_503_080,
  unpackedBytes: 7_900_000_000,
};

/** Written into the unpacked folder: which archive it came from. No .json, which readers would try as results. */
const originFile = ".signalbox-archive";

/**
 * Downloads and unpacks. The archive is removed once its files are in place; after an interruption, call again.
 * @throws UsageError when something else is at the destination; DownloadError; DataError for a broken archive.
 */
export async function fetchArchive(options: FetchArchiveOptions): Promise<FetchedArchive> {
  const destination = resolve(options.destination);
  const origin = options.sha256 ?? options.url;
  const there = { destination, alreadyThere: true, skipped: [] };
  if (await isThere(destination, origin)) return there;
  await makeFolder(dirname(destination));
  // Two runs would write the same part of the download, and each would take the other's files for leftovers.
  return await exclusively(
    `${destination}.signalbox-lock`,
    async () => ((await isThere(destination, origin)) ? there : await fetchInto(destination, origin, options)),
    { what: "Fetching", signal: options.signal, onWait: options.onWait },
  );
}

async function fetchInto(destination: string, origin: string, options: FetchArchiveOptions): Promise<FetchedArchive> {
  const archive = `${destination}.signalbox-download`;
  await download(options, archive);
  await removeLeftovers(destination);
  const temporary = `${destination}.unpacking-${randomBytes(4).toString("hex")}`;
  try {
    await mkdir(temporary);
    const skipped = await unpack(options, archive, temporary);
    await writeFile(join(temporary, originFile), `${origin}\n`);
    await rename(temporary, destination);
    await rm(archive, { force: true });
    return { destination, alreadyThere: false, skipped };
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

async function download(options: FetchArchiveOptions, archive: string): Promise<void> {
  const { url, bytes, sha256, signal, onProgress, firstWaitMs } = options;
  if (sha256 !== undefined && (await exists(archive)) && (await fileSha256(archive, signal)) === sha256) return;
  await resumableDownload({
    url,
    destination: archive,
    bytes,
    sha256,
    signal,
    firstWaitMs,
    onProgress: (done, total) => onProgress?.("download", done, total),
  });
}

async function unpack(options: FetchArchiveOptions, archive: string, folder: string): Promise<string[]> {
  const { signal, onProgress, unpackedBytes } = options;
  throwIfAborted(signal, "Unpacking");
  if (unpackedBytes !== undefined) await requireSpace(folder, unpackedBytes);
  const skipped: string[] = [];
  const { size } = await stat(archive);
  let done = 0;
  const counted = new Transform({
    transform(bytes: Buffer, _encoding, next) {
      onProgress?.("unpack", (done += bytes.length), size);
      next(null, bytes);
    },
  });
  const unpacking = await tarExtractor(folder, (path) => skipped.push(path));
  try {
    await pipeline(createReadStream(archive), counted, unpacking, {
      ...(signal && { signal }),
    });
  } catch (error) {
    throw unpackError(error, archive, signal);
  }
  return skipped;
}

function unpackError(cause: unknown, archive: string, signal: AbortSignal | undefined): Error {
  if (signal?.aborted) {
    const mend = "Run the same command again: the download is kept";
    return new InterruptedError({ problem: "Unpacking was interrupted", mend, cause });
  }
  if (systemCode(cause) === "ENOSPC") {
    const mend = "Free some space and run the same command again: the download is kept";
    return new DownloadError({ problem: "the disk is full", where: dirname(archive), mend, cause });
  }
  return new DataError({
    problem: "is not a sound tar.gz archive",
    where: archive,
    mend: "Remove it and run the command again",
    cause,
  });
}

/** True when the folder holds this archive's files. Throws UsageError when something else is there. */
async function isThere(destination: string, origin: string): Promise<boolean> {
  if (!(await exists(destination))) return false;
  try {
    if ((await readFile(join(destination, originFile), "utf8")).trim() === origin) return true;
  } catch (error) {
    if (!["ENOENT", "ENOTDIR"].includes(systemCode(error))) throw error;
  }
  throw new UsageError({
    problem: "is there already, and not made from this archive",
    where: destination,
    mend: "Choose another folder, or remove it",
  });
}

/** Folders that a killed run left half unpacked. Only the holder of the lock unpacks, so they are nobody's. */
async function removeLeftovers(destination: string): Promise<void> {
  const prefix = `${basename(destination)}.unpacking-`;
  for (const name of await readdir(dirname(destination))) {
    // oxlint-disable-next-line no-await-in-loop
    if (name.startsWith(prefix)) await rm(join(dirname(destination), name), { recursive: true, force: true });
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (systemCode(error) === "ENOENT") return false;
    throw error;
  }
}
