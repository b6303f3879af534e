/** Reads all files of a listing, on worker threads when there is enough to read. */
import { dirname } from "node:path";
import { DataError, throwIfAborted } from "../core/errors.ts";
import type { ListedFile } from "./list-files.ts";
import type { Batch, BatchTask, FileFault } from "./read-batch.ts";
import { streamAboveBytes } from "./result-file.ts";

export interface FilesRead {
  readonly batches: readonly Batch[];
  readonly closed: Promise<void>;
}

export interface ReadFilesOptions {
  readonly threads: number;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((filesDone: number, filesTotal: number) => void) | undefined;
}

/** Below this many bytes starting threads costs more than they save. */
const threadsAboveBytes = 4 * 2 ** 20;
/** Files of one data set stay together up to this size, so that equal prompts are stored once per batch. */
const batchBytes = 16 * 2 ** 20;

/**
 * One batch per data set folder. The threads end while the caller goes on; await `closed` before returning.
 * @throws DataError for the first wrong file by path, telling how many more there are.
 */
export async function readFiles(files: readonly ListedFile[], options: ReadFilesOptions): Promise<FilesRead> {
  const tasks = batchTasks(files);
  const bytes = files.reduce((sum, file) => sum + file.size, 0);
  const inThreads = options.threads > 1 && bytes > threadsAboveBytes;
  const read = inThreads
    ? await readInThreads(tasks, files.length, options)
    : await readHere(tasks, files.length, options);
  const fault = firstFault(read.batches.flatMap((batch) => batch.faults));
  if (!fault) return read;
  await read.closed;
  throw fault;
}

async function readHere(tasks: readonly BatchTask[], total: number, options: ReadFilesOptions): Promise<FilesRead> {
  const { readBatch } = await import("./read-batch.ts");
  const batches: Batch[] = [];
  let done = 0;
  for (const task of tasks) {
    throwIfAborted(options.signal, "reading the results");
    // oxlint-disable-next-line no-await-in-loop
    batches.push(await readBatch(task));
    options.onProgress?.((done += task.files.length), total);
  }
  return { batches, closed: Promise.resolve() };
}

async function readInThreads(
  tasks: readonly BatchTask[],
  total: number,
  options: ReadFilesOptions,
): Promise<FilesRead> {
  const { createPool } = await import("../parallel/worker-pool.ts");
  throwIfAborted(options.signal, "reading the results");
  const pool = createPool(new URL("./read-worker.ts", import.meta.url), { threads: options.threads });
  let done = 0;
  try {
    const batches = await Promise.all(
      tasks.map(async (task) => {
        const batch = await pool.run<Batch>("readBatch", task, { signal: options.signal });
        options.onProgress?.((done += task.files.length), total);
        return batch;
      }),
    );
    return { batches, closed: pool.close() };
  } catch (error) {
    await pool.close();
    throw error;
  }
}

/** The files by data set folder (`<dataset>/<split>` of `<dataset>/<split>/<model>/<file>`), the biggest group first. */
function batchTasks(files: readonly ListedFile[]): BatchTask[] {
  const groups: { key: string; bytes: number; files: ListedFile[] }[] = [];
  for (const file of files) {
    const key = dirname(dirname(file.path));
    const last = groups.at(-1);
    if (last && last.key === key && last.bytes < batchBytes) {
      last.files.push(file);
      last.bytes += file.size;
    } else groups.push({ key, bytes: file.size, files: [file] });
  }
  return groups
    .toSorted((a, b) => b.bytes - a.bytes)
    .map((group) => ({
      files: group.files.map(({ path, absolute, size }) => ({ path, absolute, size })),
      streamAboveBytes,
    }));
}

function firstFault(faults: readonly FileFault[]): DataError | undefined {
  const [first, ...others] = faults.toSorted((a, b) => (a.path < b.path ? -1 : 1));
  if (!first) return undefined;
  const more = others.length > 0 ? ` (and ${others.length} more files are wrong)` : "";
  return new DataError({ problem: `${first.problem}${more}`, where: first.where, mend: first.mend });
}
