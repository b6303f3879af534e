/** The spend log: one line a paid call, on disk within some milliseconds. What it lacks after a crash is only what came last. */
import { stat } from "node:fs/promises";
import { openLineLog, rotatedFiles } from "../store/line-log.ts";
import type { LineLogOptions } from "../store/line-log.ts";
import { wholeLines } from "../store/whole-lines.ts";
import { spendLine, spendOfLine } from "./spend-record.ts";
import type { SpendRecord } from "./spend-record.ts";

export interface SpendLog {
  append(record: SpendRecord): void;
  flush(): Promise<void>;
  close(): Promise<void>;
  /** lines that could not be written */
  readonly lost: number;
}

/** @throws WriteError when it cannot be opened */
export async function openSpendLog(path: string, options: LineLogOptions = {}): Promise<SpendLog> {
  const log = await openLineLog(path, options);
  return {
    append: (record) => log.append(spendLine(record)),
    flush: () => log.flush(),
    close: () => log.close(),
    get lost() {
      return log.lost;
    },
  };
}

/** What stands in a log, and in the files of it that were put aside; the oldest first. `onOdd` is told of a line that is no record. */
export async function* spendRecords(path: string, onOdd: (where: string) => void): AsyncGenerator<SpendRecord> {
  for (const file of [...(await rotatedFiles(path)), path]) {
    if (file === path && !(await isThere(path))) return;
    for await (const { bytes, number } of wholeLines(file)) {
      const record = spendOfLine(bytes.toString("utf8"));
      if (record) yield record;
      else if (bytes.length > 0) onOdd(`${file}:${number}`);
    }
  }
}

async function isThere(path: string): Promise<boolean> {
  return await stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}
