/**
 * A data set's files, from its documented home into a folder of this machine, each whole and noted or not there at all. What was
 * fetched before is not fetched again; what was interrupted goes on where it stopped.
 */
import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { z } from "zod";
import type { DatasetDefinition, SourceFile } from "../core/dataset.ts";
import { UsageError } from "../core/errors.ts";
import { writeFileAtomic } from "../store/atomic-write.ts";
import { DownloadError } from "../store/download-error.ts";
import { exclusively } from "../store/exclusively.ts";
import type { LockOwner } from "../store/exclusively.ts";
import type { HostToken } from "../store/follow-redirects.ts";
import { makeFolder } from "../store/make-folder.ts";
import { isNotThere } from "../store/no-such-path.ts";
import { fileSha256, resumableDownload } from "../store/resumable-download.ts";
import { unpackArchive } from "../store/unpack-archive.ts";
import type { LocalFile } from "./read-rows.ts";
import { sourceAddress } from "./source-address.ts";
import { splitOf } from "./split-of.ts";

export interface FetchDatasetOptions {
  /** where all data sets are kept, each in a folder of its own */
  readonly folder: string;
  readonly split?: string | undefined;
  /** takes every file from MIRROR/HOST/PATH */
  readonly mirror?: string | undefined;
  /** for sets that are not open to all */
  readonly token?: HostToken | undefined;
  /** fetch again what is there */
  readonly refresh?: boolean | undefined;
  readonly now: () => Date;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((path: string, done: number, total: number | undefined) => void) | undefined;
  readonly onWait?: ((owner: LockOwner) => void) | undefined;
  /** Wait before the first retry of a download. @default 1000 */
  readonly firstWaitMs?: number | undefined;
}

export interface FetchedFile extends LocalFile {
  /** of what was downloaded: the file, or the archive it came in */
  readonly from: FileNote;
  readonly alreadyThere: boolean;
}

/** Kept beside every downloaded file, and what makes it count. */
const noteSchema = z.object({ url: z.string(), bytes: z.number(), sha256: z.string(), fetchedAt: z.string() });
export type FileNote = z.infer<typeof noteSchema>;

/** @throws DownloadError; UsageError for an unknown split and for a set without an address; InterruptedError. */
export async function fetchDataset(dataset: DatasetDefinition, options: FetchDatasetOptions): Promise<FetchedFile[]> {
  const { files } = splitOf(dataset, options.split)[1];
  const folder = join(options.folder, dataset.id);
  await makeFolder(folder);
  const { signal, onWait } = options;
  // Two runs would write the same part of a download.
  return await exclusively(
    join(folder, ".lock"),
    async () => {
      const fetched: FetchedFile[] = [];
      // oxlint-disable-next-line no-await-in-loop -- one after the other: a hub is not to be stormed
      for (const file of files) fetched.push(await fetchFile(dataset, file, { ...options, folder }));
      return fetched;
    },
    { what: "Fetching", signal, onWait },
  );
}

/** The files of a split that are there already; undefined when one is not. */
export async function fetchedBefore(
  dataset: DatasetDefinition,
  { split, folder }: Pick<FetchDatasetOptions, "split" | "folder">,
): Promise<FetchedFile[] | undefined> {
  const found: FetchedFile[] = [];
  for (const file of splitOf(dataset, split)[1].files) {
    const place = placeOf(dataset, file, join(folder, dataset.id));
    // oxlint-disable-next-line no-await-in-loop
    const from = place && (await noteOn(place.download, place.url));
    if (!place || !from || !(await isThere(place.local))) return undefined;
    found.push({ ...file, local: place.local, from, alreadyThere: true });
  }
  return found;
}

interface Place {
  /** its documented address, whatever mirror it comes from */
  readonly url: string;
  /** what is downloaded */
  readonly download: string;
  /** the file itself, or a folder; the same where nothing is packed */
  readonly local: string;
  readonly unpacked?: string;
}

function placeOf({ source }: DatasetDefinition, file: SourceFile, folder: string): Place | undefined {
  const url = sourceAddress(source, file);
  if (url === undefined) return undefined;
  if (file.archive === undefined) {
    const download = join(folder, ...file.path.split("/"));
    return { url, download, local: download };
  }
  const download = join(folder, "archives", `${shortHash(file.archive)}-${basename(new URL(file.archive).pathname)}`);
  const unpacked = `${download}.unpacked`;
  return { url, download, local: join(unpacked, ...file.path.split("/")), unpacked };
}

const shortHash = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 8);

async function fetchFile(
  dataset: DatasetDefinition,
  file: SourceFile,
  options: FetchDatasetOptions,
): Promise<FetchedFile> {
  const place = placeOf(dataset, file, options.folder);
  if (!place) throw noAddress(dataset);
  const { url, download, local, unpacked } = place;
  const before = options.refresh ? undefined : await noteOn(download, url);
  const from = before ?? (await downloadNoted(dataset, file, { ...options, url, download }));
  if (unpacked !== undefined && (before === undefined || !(await isThere(local)))) {
    await unpackArchive(download, unpacked, options.signal);
    if (!(await isThere(local))) {
      const mend = "The archive at that address is another one than documented.";
      throw new DownloadError({ problem: `holds no ${file.path}`, where: url, mend });
    }
  }
  return { ...file, local, from, alreadyThere: before !== undefined };
}

async function downloadNoted(
  dataset: DatasetDefinition,
  file: SourceFile,
  {
    url,
    download,
    mirror,
    token,
    signal,
    onProgress,
    firstWaitMs,
    now,
  }: FetchDatasetOptions & { url: string; download: string },
): Promise<FileNote> {
  const { path, sha256, bytes } = file;
  const from = sourceAddress(dataset.source, file, mirror) ?? url;
  const isTokenHost = token !== undefined && token.host === new URL(from).host;
  try {
    await resumableDownload({
      url: from,
      destination: download,
      sha256,
      bytes,
      token: isTokenHost ? token : undefined,
      signal,
      firstWaitMs,
      onProgress: (done, total) => onProgress?.(path, done, total),
    });
  } catch (error) {
    throw withAccess(error, dataset, isTokenHost);
  }
  const note = {
    url,
    bytes: (await stat(download)).size,
    sha256: await fileSha256(download, signal),
    fetchedAt: now().toISOString(),
  };
  await writeFileAtomic(notePath(download), `${JSON.stringify(note)}\n`);
  return note;
}

const notePath = (download: string): string => join(dirname(download), `.${basename(download)}.source`);

/** What is known of a downloaded file; undefined when it is not there, of another size, or from another address. */
async function noteOn(download: string, url: string): Promise<FileNote | undefined> {
  try {
    const note = noteSchema.safeParse(JSON.parse(await readFile(notePath(download), "utf8")));
    const { size } = await stat(download);
    return note.success && note.data.url === url && note.data.bytes === size ? note.data : undefined;
  } catch (error) {
    if (isNotThere(error) || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

async function isThere(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (isNotThere(error)) return false;
    throw error;
  }
}

function noAddress({ id, gated, source }: DatasetDefinition): UsageError {
  return new UsageError({ problem: "is not open to download", where: id, mend: gated ?? `See ${source.home}.` });
}

/** A refusal of a set that is not open to all says how to get access. */
function withAccess(error: unknown, { gated, source }: DatasetDefinition, withToken: boolean): unknown {
  if (!(error instanceof DownloadError) || (error.status !== 401 && error.status !== 403)) return error;
  const problem = withToken ? `refuses the token (${error.status})` : `asks for access (${error.status})`;
  const mend = gated ?? `See ${source.home}.`;
  return new DownloadError({ problem, where: error.where, status: error.status, mend, cause: error });
}
