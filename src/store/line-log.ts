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
  const file = await openLineFile(path, options);
  let waiting: string[] = [];
  let waitingCharacters = 0;
  let running: Promise<void> | undefined;
  let lost = 0;
  const drain = async (): Promise<void> => {
    while (waiting.length > 0) {
      // oxlint-disable-next-line no-await-in-loop -- gathers what comes in at about the same time
      await new Promise((resolve) => setTimeout(resolve, gatherMs));
      const batch = waiting;
      waiting = [];
      waitingCharacters = 0;
      // oxlint-disable-next-line no-await-in-loop -- one batch after the other is the point
      lost += await file.write(batch);
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

interface LineFile {
  /** Resolves with how many of the lines are not in the file. */
  write(lines: readonly string[]): Promise<number>;
  close(): Promise<void>;
}

async function openLineFile(path: string, options: LineLogOptions): Promise<LineFile> {
  // Undefined after a failure: opening it anew ends a line that was torn, and finds the folder that has come back.
  let file: FileHandle | undefined = await opened(path).catch((error: unknown) => {
    throw writeError(path, error);
  });
  let isInTrouble = false;
  const tell = (error: unknown): void => {
    if (!isInTrouble) options.onTrouble?.(writeError(path, error));
    isInTrouble = true;
  };
  return {
    async write(lines) {
      const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(""));
      let done = 0;
      let isWhole = true;
      try {
        file ??= await opened(path);
        if (await isTooLarge(file, bytes.length, options))
          file = await rotated(path, file, options, (error) => {
            isWhole = false;
            tell(error);
          });
        // oxlint-disable-next-line no-await-in-loop -- the rest of what the disk did not take at once
        while (done < bytes.length) done += (await file.write(bytes, done)).bytesWritten;
        await file.datasync();
        if (isWhole) isInTrouble = false;
        return 0;
      } catch (error) {
        tell(error);
        const broken = file;
        file = undefined;
        await broken?.close().catch(() => undefined);
        return lineEnds(bytes.subarray(done));
      }
    },
    async close() {
      await file?.close();
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

function lineEnds(bytes: Uint8Array): number {
  return bytes.reduce((ends, byte) => ends + Number(byte === 0x0a), 0);
}

async function isTooLarge(file: FileHandle, more: number, { mostBytes }: LineLogOptions): Promise<boolean> {
  if (mostBytes === undefined) return false;
  const { size } = await file.stat();
  return size > 0 && size + more > mostBytes;
}

/** The file to write to from now on: the same one where it cannot be put aside. */
async function rotated(
  path: string,
  file: FileHandle,
  { keptFiles = Infinity }: LineLogOptions,
  onTrouble: (error: unknown) => void,
): Promise<FileHandle> {
  try {
    await rename(path, await freeName(path));
    await removeOldest(path, keptFiles);
  } catch (error) {
    onTrouble(error);
  }
  await file.close();
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
