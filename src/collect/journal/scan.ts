/** Reads a journal: which calls are done, where its sound part ends, and its records one by one. */
import { DataError } from "../../core/errors.ts";
import { wholeLines } from "../../store/whole-lines.ts";
import type { Line } from "../../store/whole-lines.ts";
import { billOf, failedBillOf, headLength, headOf, recordOf } from "./record.ts";
import type { JournalRecord } from "./record.ts";

export interface JournalScan {
  /** keys of calls that gave an answer */
  readonly done: Set<string>;
  /** keys of calls whose last line is a failure */
  readonly failed: Set<string>;
  /** USD billed for those answers, by model, as far as costs are known, and kept for attempts that may be billed */
  readonly spentUsd: ReadonlyMap<string, number>;
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
  const spentUsd = new Map<string, number>();
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
    const bill = head.status === "done" ? billOf(line.bytes) : failedBillOf(line.bytes);
    if (bill && bill.billedUsd > 0) spentUsd.set(bill.model, (spentUsd.get(bill.model) ?? 0) + bill.billedUsd);
    soundBytes = line.start + line.bytes.length + 1;
    lines++;
  }
  return { done, failed, spentUsd, soundBytes, lines };
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
