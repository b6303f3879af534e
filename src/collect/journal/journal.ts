/**
 * The journal: every finished call, appended and forced to disk before it counts as saved. What a killed run has saved, the
 * next one does not pay for again. One process writes at a time.
 */
import { open, rm, stat } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { InterruptedError, UsageError } from "../../core/errors.ts";
import { syncFolder, systemCode, writeError, writeSynced } from "../../store/atomic-write.ts";
import type { WriteError } from "../../store/atomic-write.ts";
import { exclusively } from "../../store/exclusively.ts";
import { lineOf } from "./record.ts";
import type { JournalRecord } from "./record.ts";
import { scanJournal } from "./scan.ts";
import type { JournalScan } from "./scan.ts";

export interface Journal {
  /** what earlier runs have saved */
  readonly before: JournalScan;
  /** bytes of a torn last line that were cut off on opening */
  readonly tornBytes: number;
  /** Resolves once the record is on disk. Rejects with a WriteError when it could not be put there; nothing is half saved. */
  readonly append: (record: JournalRecord) => Promise<void>;
  /**
   * Set once the disk is full. What is under way is still saved, in space that was held back for it; begin nothing new, since
   * it would be paid for and lost.
   */
  readonly full: () => WriteError | undefined;
}

/**
 * Runs `work` with the journal at `path`, which is made if it is not there; its folder must exist.
 * @throws UsageError when another process is writing it; DataError when it is not a journal; WriteError.
 */
export async function withJournal<Result>(path: string, work: (journal: Journal) => Promise<Result>): Promise<Result> {
  const busy = new AbortController();
  const what = "Waiting for the journal";
  try {
    return await exclusively(`${path}.lock`, () => writing(path, work), {
      what,
      signal: busy.signal,
      onWait: (owner) => busy.abort(owner),
    });
  } catch (error) {
    if (!(error instanceof InterruptedError) || !busy.signal.aborted) throw error;
    const { processId, host } = busy.signal.reason as { readonly processId: number; readonly host: string };
    throw new UsageError({
      problem: `another collector is writing it: process ${processId} on ${host}`,
      where: path,
      mend: "Wait for it, stop it, or collect into another folder.",
    });
  }
}

async function writing<Result>(path: string, work: (journal: Journal) => Promise<Result>): Promise<Result> {
  const isNew = !(await exists(path));
  const file = await open(path, "a+").catch((error: unknown) => {
    throw writeError(path, error);
  });
  try {
    if (isNew) await syncFolder(dirname(path));
    const before = await scanJournal(path);
    const { size } = await file.stat();
    if (size > before.soundBytes) await file.truncate(before.soundBytes);
    const spare = await spareFile(`${path}.spare`);
    const writer = new BatchWriter(path, file, before.soundBytes, spare);
    try {
      return await work({
        before,
        tornBytes: size - before.soundBytes,
        append: (record) => writer.append(lineOf(record)),
        full: () => writer.full,
      });
    } finally {
      await writer.idle();
      await spare.free();
    }
  } finally {
    await file.close();
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch (error) {
    if (systemCode(error) === "ENOENT") return false;
    throw error;
  }
}

/** Space held back, so that answers under way when the disk runs full can still be saved. */
interface Spare {
  free(): Promise<void>;
}

const spareBytes = 4 * 2 ** 20;

async function spareFile(path: string): Promise<Spare> {
  await rm(path, { force: true });
  // Without room for it the journal goes on: the first write will say that the disk is full.
  await writeSynced(path, Buffer.alloc(spareBytes, " ")).catch(() => undefined);
  return { free: () => rm(path, { force: true }) };
}

interface Waiting {
  readonly line: string;
  readonly saved: () => void;
  readonly lost: (error: unknown) => void;
}

/** A sync costs more than the lines it is for; a call to a model takes a thousand times as long. */
const gatherMs = 2;

/** Appends in batches: whatever came in while the disk was busy goes out in one write and one sync. */
class BatchWriter {
  #waiting: Waiting[] = [];
  #running: Promise<void> | undefined;
  readonly #path: string;
  readonly #file: FileHandle;
  #bytes: number;
  readonly #spare: Spare;
  full: WriteError | undefined;

  constructor(path: string, file: FileHandle, bytes: number, spare: Spare) {
    this.#path = path;
    this.#file = file;
    this.#bytes = bytes;
    this.#spare = spare;
  }

  append(line: string): Promise<void> {
    const saved = new Promise<void>((resolve, reject) => {
      this.#waiting.push({ line, saved: resolve, lost: reject });
    });
    this.#running ??= this.#drain();
    return saved;
  }

  async idle(): Promise<void> {
    await this.#running;
  }

  async #drain(): Promise<void> {
    while (this.#waiting.length > 0) {
      // oxlint-disable-next-line no-await-in-loop -- gathers what is finished at about the same time
      await sleep(gatherMs);
      const batch = this.#waiting;
      this.#waiting = [];
      // oxlint-disable-next-line no-await-in-loop -- one batch after the other is the point
      await this.#write(batch);
    }
    this.#running = undefined;
  }

  async #write(batch: readonly Waiting[]): Promise<void> {
    const bytes = Buffer.from(batch.map(({ line }) => `${line}\n`).join(""));
    try {
      await this.#put(bytes).catch(async (error: unknown) => {
        if (systemCode(error) !== "ENOSPC") throw error;
        this.full ??= writeError(this.#path, error);
        await this.#spare.free();
        await this.#put(bytes);
      });
      this.#bytes += bytes.length;
      for (const { saved } of batch) saved();
    } catch (error) {
      for (const { lost } of batch) lost(writeError(this.#path, error));
    }
  }

  /** All of it, or nothing: what a failed write has left is cut off again. */
  async #put(bytes: Buffer): Promise<void> {
    try {
      for (let written = 0; written < bytes.length;)
        // oxlint-disable-next-line no-await-in-loop -- what one write leaves over the next one takes
        written += (await this.#file.write(bytes, written)).bytesWritten;
      await this.#file.datasync();
    } catch (error) {
      await this.#file.truncate(this.#bytes).catch(() => undefined);
      throw error;
    }
  }
}
