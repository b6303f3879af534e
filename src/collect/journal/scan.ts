/** Reads a journal: which calls are done, where its sound part ends, and its records one by one. */
import { open } from "node:fs/promises";
import { DataError } from "../../core/errors.ts";
import { headLength, headOf, recordOf } from "./record.ts";
import type { JournalRecord } from "./record.ts";

const newline = 10;
const chunkBytes = 4 * 2 ** 20;

/** A line that stands in the file whole, its end included. */
interface Line {
  /** from 1 */
  readonly number: number;
  /** position of its first byte */
  readonly start: number;
  readonly bytes: Buffer;
}

export interface JournalScan {
  /** keys of calls that gave an answer */
  readonly done: Set<string>;
  /** keys of calls whose last line is a failure */
  readonly failed: Set<string>;
  /** bytes of whole lines; what stands behind them is the torn end of a killed write */
  readonly soundBytes: number;
  readonly lines: number;
}

/**
 * Scans the heads of all lines. A last line that is cut short, or is no JSON, is not counted as sound.
 * @throws DataError naming the line when one before the last is not a journal's.
 */
export async function scanJournal(path: string): Promise<JournalScan> {
  const done = new Set<string>();
  const failed = new Set<string>();
  let soundBytes = 0;
  let lines = 0;
  let doubtful: Line | undefined;
  for await (const line of wholeLines(path)) {
    if (doubtful) throw notOurs(path, doubtful.number);
    const head = headOf(line.bytes.toString("latin1", 0, headLength));
    if (head === undefined || line.bytes[line.bytes.length - 1] !== closingBrace) {
      doubtful = line;
      continue;
    }
    if (head.status === "done") {
      done.add(head.key);
      failed.delete(head.key);
    } else if (!done.has(head.key)) failed.add(head.key);
    soundBytes = line.start + line.bytes.length + 1;
    lines++;
  }
  return { done, failed, soundBytes, lines };
}

const closingBrace = 125;

/** All records in order; a torn end is left out. @throws DataError naming a line that is not a record */
export async function* journalRecords(path: string): AsyncGenerator<JournalRecord> {
  let doubtful: Line | undefined;
  for await (const line of wholeLines(path)) {
    if (doubtful) throw notOurs(path, doubtful.number);
    const record = recordIn(line);
    if (record) yield record;
    else doubtful = line;
  }
}

function recordIn({ bytes }: Line): JournalRecord | undefined {
  if (headOf(bytes.toString("latin1", 0, headLength)) === undefined) return undefined;
  try {
    return recordOf(bytes.toString("utf8"));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function notOurs(path: string, line: number): DataError {
  return new DataError({
    problem: "not a line of a journal",
    where: `${path}, line ${line}`,
    mend: "Restore the file from a copy, or remove that line: the call it stood for will be made again.",
  });
}

async function* wholeLines(path: string): AsyncGenerator<Line> {
  const file = await open(path, "r");
  try {
    let rest = Buffer.alloc(0);
    let position = 0; // of the first byte of `rest`
    let number = 0;
    for (;;) {
      const chunk = Buffer.allocUnsafe(chunkBytes);
      // oxlint-disable-next-line no-await-in-loop -- one chunk after the other is the point
      const { bytesRead } = await file.read(chunk, 0, chunkBytes, position + rest.length);
      if (bytesRead === 0) return;
      const bytes =
        rest.length === 0 ? chunk.subarray(0, bytesRead) : Buffer.concat([rest, chunk.subarray(0, bytesRead)]);
      let from = 0;
      for (let end = bytes.indexOf(newline); end !== -1; end = bytes.indexOf(newline, from)) {
        yield { number: ++number, start: position + from, bytes: bytes.subarray(from, end) };
        from = end + 1;
      }
      rest = bytes.subarray(from);
      position += from;
    }
  } finally {
    await file.close();
  }
}
