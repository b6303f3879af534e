/**
 * A log of lines that is only ever added to: what comes in while the disk is busy goes out in one write and one sync. Nobody waits
 * for it but `flush`. Several processes may add to one file, unless it is rotated.
 */
import { open, readdir, rename, rm, stat } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { basename, dirname, join, parse } from "node:path";
import { systemCode, writeError } from "./atomic-write.ts";
import type { WriteError } from "./atomic-write.ts";
import { makePrivateFolder } from "./make-private-folder.ts";

export interface LineLog {
  /** Adds a line, without its end. */
  append(line: string): void;
  /** Resolves once all that was added is on disk, or lost. */
  flush(): Promise<void>;
  close(): Promise<void>;
  /** lines that could not be written */
  readonly lost: number;
}

export interface LineLogOptions {
  /** a file larger than that is put aside, with the time in its name, and a new one begun; undefined = never */
  readonly mostBytes?: number | undefined;
  /** so many files that were put aside are kept; undefined = all */
  readonly keptFiles?: number | undefined;
  /** told of the first failure in a row; what could not be written is counted as lost */
  readonly onTrouble?: ((error: WriteError) => void) | undefined;
}

const gatherMs = 20;
/** What waits while the disk does not answer; more is lost. */
const mostWaiting = { lines: 100_000, characters: 64 * 2 ** 20 };

/** Opens it; file and folder are made where they are not there. @throws WriteError when that cannot be done */
export async function openLineLog(path: string, options: LineLogOptions = {}): Promise<LineLog> {
  let file = await opened(path).catch((error: unknown) => {
    throw writeError(path, error);
  });
  let waiting: string[] = [];
  let waitingCharacters = 0;
  let running: Promise<void> | undefined;
  let lost = 0;
  let isInTrouble = false;
  const write = async (lines: readonly string[]): Promise<void> => {
    try {
      const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(""));
      if (options.mostBytes !== undefined) file = await rotated(path, file, bytes.length, options);
      await file.appendFile(bytes);
      await file.datasync();
      isInTrouble = false;
    } catch (error) {
      lost += lines.length;
      if (!isInTrouble) options.onTrouble?.(writeError(path, error));
      isInTrouble = true;
    }
  };
  const drain = async (): Promise<void> => {
    while (waiting.length > 0) {
      // oxlint-disable-next-line no-await-in-loop -- gathers what comes in at about the same time
      await new Promise((resolve) => setTimeout(resolve, gatherMs));
      const batch = waiting;
      waiting = [];
      waitingCharacters = 0;
      // oxlint-disable-next-line no-await-in-loop -- one batch after the other is the point
      await write(batch);
    }
    running = undefined;
  };
  const flush = async (): Promise<void> => await running;
  return {
    append(line) {
      if (waiting.length >= mostWaiting.lines || waitingCharacters >= mostWaiting.characters) return void lost++;
      waiting.push(line);
      waitingCharacters += line.length;
      running ??= drain();
    },
    flush,
    async close() {
      await flush();
      await file.close();
    },
    get lost() {
      return lost;
    },
  };
}

/** Open for adding. A last line that a crash has torn is ended, so that the next one stands alone; readers pass it over. */
async function opened(path: string): Promise<FileHandle> {
  await makePrivateFolder(dirname(path));
  const file = await open(path, "a+", 0o600);
  const { size } = await file.stat();
  if (size > 0) {
    const last = Buffer.alloc(1);
    await file.read(last, 0, 1, size - 1);
    if (last.toString() !== "\n") await file.appendFile("\n");
  }
  return file;
}

async function rotated(path: string, file: FileHandle, more: number, options: LineLogOptions): Promise<FileHandle> {
  const { size } = await file.stat();
  if (size === 0 || size + more <= (options.mostBytes ?? Infinity)) return file;
  await file.close();
  await rename(path, await freeName(path));
  await removeOldest(path, options.keptFiles ?? Infinity);
  return await opened(path);
}

/** NAME.20261128T120000123.jsonl: in order of time when sorted by name. */
async function freeName(path: string): Promise<string> {
  const { dir, name, ext } = parse(path);
  for (let atMs = Date.now(); ; atMs++) {
    const free = join(dir, `${name}.${new Date(atMs).toISOString().replace(/[-:.Z]/g, "")}${ext}`);
    // oxlint-disable-next-line no-await-in-loop -- the next millisecond is tried when this one is taken
    if (await isFree(free)) return free;
  }
}

async function isFree(path: string): Promise<boolean> {
  try {
    await stat(path);
    return false;
  } catch (error) {
    if (systemCode(error) === "ENOENT") return true;
    throw error;
  }
}

async function removeOldest(path: string, kept: number): Promise<void> {
  const old = await rotatedFiles(path);
  await Promise.all(old.slice(0, Math.max(0, old.length - kept)).map((one) => rm(one, { force: true })));
}

/** The files that were put aside, the oldest first. */
export async function rotatedFiles(path: string): Promise<string[]> {
  const { dir, name, ext } = parse(path);
  const isRotated = (one: string): boolean =>
    one.startsWith(`${name}.`) && one.endsWith(ext) && /^\d{8}T\d{9}$/.test(basename(one, ext).slice(name.length + 1));
  const all = await readdir(dir === "" ? "." : dir);
  return all
    .filter(isRotated)
    .toSorted()
    .map((one) => join(dir, one));
}
