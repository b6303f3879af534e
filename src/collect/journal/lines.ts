/** The lines of a journal that count, found without parsing. */
import { open } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { wholeLines } from "../../store/whole-lines.ts";
import { headLength, headOf, recordOf } from "./record.ts";
import type { JournalRecord } from "./record.ts";

const newline = 10;

/** The record that counts for a key, read when asked for: the journal itself need not fit into memory. */
export interface CountingRecords {
  /** Its first answer, else its last failure; undefined when it has no line. */
  of(key: string): Promise<JournalRecord | undefined>;
  hasAny(calls: Iterable<{ readonly key: string }>): boolean;
  close(): Promise<void>;
}

/** Opens a journal that is not being written. Keys asked for in about the order of the lines are read fast. */
export async function countingRecords(path: string): Promise<CountingRecords> {
  const answers = new Map<string, number>();
  const failures = new Map<string, number>();
  for await (const { bytes, start } of wholeLines(path)) {
    const head = headOf(bytes.toString("latin1", 0, headLength));
    if (head === undefined || answers.has(head.key)) continue;
    (head.status === "done" ? answers : failures).set(head.key, start);
  }
  const file = await open(path, "r");
  const reader = new LineReader(file);
  return {
    async of(key) {
      const start = answers.get(key) ?? failures.get(key);
      return start === undefined ? undefined : recordOf(await reader.line(start));
    },
    hasAny(calls) {
      for (const { key } of calls) if (answers.has(key) || failures.has(key)) return true;
      return false;
    },
    close: () => file.close(),
  };
}

const pageBytes = 256 * 1024;
const pagesKept = 64;

/** Reads single lines through pages of the file, of which the last read are kept. */
class LineReader {
  readonly #file: FileHandle;
  /** by number, the first read first */
  readonly #pages = new Map<number, Buffer>();

  constructor(file: FileHandle) {
    this.#file = file;
  }

  /** The line that begins at a position, without its end. */
  async line(start: number): Promise<string> {
    const parts: Buffer[] = [];
    let from = start % pageBytes;
    for (let number = Math.floor(start / pageBytes); ; number++) {
      const page = this.#pages.get(number) ?? (await this.#read(number));
      const end = page.indexOf(newline, from);
      parts.push(page.subarray(from, end === -1 ? page.length : end));
      if (end !== -1 || page.length < pageBytes) return Buffer.concat(parts).toString("utf8");
      from = 0;
    }
  }

  async #read(number: number): Promise<Buffer> {
    const page = Buffer.allocUnsafe(pageBytes);
    const { bytesRead } = await this.#file.read(page, 0, pageBytes, number * pageBytes);
    const [oldest] = this.#pages.keys();
    if (oldest !== undefined && this.#pages.size >= pagesKept) this.#pages.delete(oldest);
    const read = page.subarray(0, bytesRead);
    this.#pages.set(number, read);
    return read;
  }
}
