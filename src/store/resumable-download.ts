/**
 * One file over HTTP, resumable and checked: it lies at its destination whole and with the right checksum, or not at
 * all. What has come so far is kept in `<destination>.part`, so that the next run asks for the rest only.
 * Redirects are followed, a few, and only to where no downgrade is possible; a token is sent to its own host alone.
 */
import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { open, readFile, rename, rm, stat, statfs } from "node:fs/promises";
import { dirname } from "node:path";
import { pipeline } from "node:stream/promises";
import pRetry from "p-retry";
import { InterruptedError } from "../core/errors.ts";
import { systemCode, writeFileAtomic } from "./atomic-write.ts";
import { DownloadError } from "./download-error.ts";
import { followRedirects, type Followed, type HostToken } from "./follow-redirects.ts";
import { makeFolder } from "./make-folder.ts";

export interface DownloadOptions {
  readonly url: string;
  /** The file to make. Its folder is made as well. */
  readonly destination: string;
  /** The size it must have, where it is known. */
  readonly bytes?: number | undefined;
  /** The checksum it must have, in hex. Left out, the one the server states (`X-Linked-ETag`) counts, if it does. */
  readonly sha256?: string | undefined;
  /** For a file that is not open to all. */
  readonly token?: HostToken | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Bytes so far, and in all where that is known. */
  readonly onProgress?: ((done: number, total: number | undefined) => void) | undefined;
  /** Attempts after the first when the connection breaks or the server is busy. @default 5 */
  readonly retries?: number | undefined;
  /** Wait before the first retry, doubling. @default 1000 */
  readonly firstWaitMs?: number | undefined;
}

/** What is known about the file while it is on its way. */
interface Expected {
  bytes: number | undefined;
  sha256: string | undefined;
}

/** Downloads, or finishes, the file. Throws DownloadError; InterruptedError when aborted, the part then stays. */
export async function resumableDownload(options: DownloadOptions): Promise<void> {
  const { destination, signal, retries = 5, firstWaitMs = 1000 } = options;
  const part = `${destination}.part`;
  const expected: Expected = { bytes: options.bytes, sha256: options.sha256 };
  await makeFolder(dirname(destination));
  try {
    await pRetry(() => fetchRest(options, part, expected), {
      retries,
      minTimeout: firstWaitMs,
      maxTimeout: 60_000,
      randomize: true,
      ...(signal && { signal }),
      shouldRetry: ({ error }) => error instanceof DownloadError && error.retriable,
    });
  } catch (error) {
    if (!signal?.aborted) throw error;
    const mend = "Run the same command again to go on where it stopped";
    throw new InterruptedError({ problem: "The download was interrupted", mend, cause: error });
  }
  await check(options, part, expected);
  await sync(part);
  await rename(part, destination);
  await rm(`${part}.etag`, { force: true });
}

/** One attempt: asks for what is missing and appends it. */
async function fetchRest(options: DownloadOptions, part: string, expected: Expected): Promise<void> {
  const { url, signal, token } = options;
  const have = await sizeOf(part);
  if (have > 0 && have === expected.bytes) return;
  const reply = await followRedirects(url, await rangeHeaders(part, have, expected), signal, token);
  expected.bytes ??= linkedSize(reply);
  expected.sha256 ??= linkedSha256(reply);
  const start = startOf(reply, have);
  if (reply.status === 416) {
    await reply.body.dump();
    // The part is the whole file, or of another version of it; only its size can tell.
    if (have === totalIn(reply)) return;
    await forget(part);
    throw new DownloadError({ problem: "the file has changed since the download began", where: url, retriable: true });
  }
  const total = await announced(reply, start, expected, options);
  const newEtag = reply.header("etag");
  if (newEtag && !newEtag.startsWith("W/")) await writeFileAtomic(`${part}.etag`, newEtag);
  await append(reply, part, start, total, options);
  const now = await sizeOf(part);
  if (total === undefined || now === total) return;
  throw new DownloadError({
    problem: `the connection ended after ${now} of ${total} bytes`,
    where: url,
    retriable: true,
  });
}

/** A part is continued when the server can say it is still the same file, or the checksum will. */
async function rangeHeaders(part: string, have: number, { sha256 }: Expected): Promise<Record<string, string>> {
  const etag = await savedEtag(part);
  if (have === 0 || (etag === undefined && sha256 === undefined)) return {};
  return { range: `bytes=${have}-`, ...(etag !== undefined && { "if-range": etag }) };
}

/** Where the reply's bytes belong in the file. Throws for a status that carries no file. */
function startOf(reply: Followed, have: number): number {
  const { status, url } = reply;
  if (status === 200 || status === 416) return 0;
  if (status === 206) {
    const start = Number(/^bytes (\d+)-/.exec(reply.header("content-range") ?? "")?.[1]);
    if (start === have) return start;
  }
  reply.discard();
  const busy = status === 408 || status === 429 || status >= 500 || status === 206;
  const mend = status === 404 ? "Check the name and the address" : undefined;
  throw new DownloadError({ problem: `answered ${status}`, where: url, status, retriable: busy, mend });
}

/** The size the file will have; refuses another size than expected, and one the disk has no room for. */
async function announced(
  reply: Followed,
  start: number,
  expected: Expected,
  { destination }: DownloadOptions,
): Promise<number | undefined> {
  const length = reply.header("content-length");
  const total = length === undefined ? expected.bytes : start + Number(length);
  if (expected.bytes !== undefined && total !== expected.bytes) {
    reply.discard();
    const problem = `the file has ${total} bytes, expected were ${expected.bytes}`;
    throw new DownloadError({ problem, where: reply.url, mend: "Check the address" });
  }
  if (total !== undefined) {
    await requireSpace(dirname(destination), total - start).catch((error: unknown) => {
      reply.discard();
      throw error;
    });
  }
  return total;
}

/** Throws DownloadError when the disk of `folder` has less than `bytes` free. */
export async function requireSpace(folder: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize >= bytes) return;
  const gigabytes = (n: number): string => `${(n / 1e9).toFixed(1)} GB`;
  throw new DownloadError({
    problem: `${gigabytes(bytes)} are needed, ${gigabytes(bavail * bsize)} are free`,
    where: folder,
    mend: "Free some space, or choose a folder on another disk",
  });
}

async function append(
  reply: Followed,
  part: string,
  start: number,
  total: number | undefined,
  { signal, onProgress, destination }: DownloadOptions,
): Promise<void> {
  let done = start;
  const file = createWriteStream(part, start === 0 ? { flags: "w" } : { flags: "r+", start });
  async function* counted(body: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const bytes of body) {
      done += bytes.length;
      onProgress?.(done, total);
      yield bytes;
    }
  }
  try {
    await pipeline(reply.body, counted, file, { ...(signal && { signal }) });
  } catch (cause) {
    if (systemCode(cause) === "ENOSPC") {
      const mend = "Free some space and run the same command again: it goes on where it stopped";
      throw new DownloadError({ problem: "the disk is full", where: dirname(destination), mend, cause });
    }
    const problem = `the connection broke after ${done} bytes`;
    throw new DownloadError({ problem, where: reply.url, retriable: true, cause });
  }
}

async function check({ url }: DownloadOptions, part: string, { bytes, sha256 }: Expected): Promise<void> {
  const size = await sizeOf(part);
  const mend = "Nothing was kept. Run the command again; if it fails again, the file at that address is another one";
  if (bytes !== undefined && size !== bytes) {
    await forget(part);
    throw new DownloadError({ problem: `${size} bytes came, expected were ${bytes}`, where: url, mend });
  }
  if (sha256 === undefined) return;
  const found = await fileSha256(part);
  if (found === sha256.toLowerCase()) return;
  await forget(part);
  throw new DownloadError({ problem: `wrong checksum: sha256 ${found}, expected ${sha256}`, where: url, mend });
}

/** The sha256 of a file, in hex. */
export async function fileSha256(path: string, signal?: AbortSignal): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash, { ...(signal && { signal }) });
  return hash.digest("hex");
}

async function forget(part: string): Promise<void> {
  await rm(part, { force: true });
  await rm(`${part}.etag`, { force: true });
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (systemCode(error) === "ENOENT") return 0;
    throw error;
  }
}

async function savedEtag(part: string): Promise<string | undefined> {
  try {
    return await readFile(`${part}.etag`, "utf8");
  } catch (error) {
    if (systemCode(error) === "ENOENT") return undefined;
    throw error;
  }
}

async function sync(path: string): Promise<void> {
  const file = await open(path, "r+");
  await file.sync().finally(() => file.close());
}

function totalIn(reply: Followed): number {
  return Number(/\/(\d+)$/.exec(reply.header("content-range") ?? "")?.[1]);
}

function linkedSize(reply: Followed): number | undefined {
  const size = Number(reply.header("x-linked-size") ?? NaN);
  return Number.isFinite(size) ? size : undefined;
}

/** Hugging Face states the sha256 of a large file as `X-Linked-ETag`; a small file's is a git hash, which is shorter. */
function linkedSha256(reply: Followed): string | undefined {
  return /^"?([0-9a-f]{64})"?$/.exec(reply.header("x-linked-etag") ?? "")?.[1];
}
