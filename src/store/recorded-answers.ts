/** The answers in recorded results, whole, one by one: what the table of outcomes leaves out. */
import { statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename, extname } from "node:path";
import { chosenResultFiles } from "./chosen-result-files.ts";
import type { ColumnMapping } from "./import-columns.ts";
import { isNotThere, noSuchPath } from "./no-such-path.ts";
import { tableFormats } from "./open-data.ts";
import type { TableFormat } from "./open-data.ts";
import { recordFields } from "./record-fields.ts";
import type { RecordFields } from "./record-fields.ts";
import { brokenJson, headerOf } from "./result-format.ts";
import type { ResultHeader } from "./result-format.ts";
import { readTableRecords } from "./table-records.ts";

export interface RecordedAnswer {
  readonly header: ResultHeader;
  readonly fields: RecordFields;
  /** the full answer; undefined where only its score was kept */
  readonly output: string | undefined;
  /** the record as it stands in its source */
  readonly record: Readonly<Record<string, unknown>>;
  /** when the file was written, ISO 8601: by its name, else by its time */
  readonly writtenAt: string;
}

/**
 * All records of the files of a results folder that count (not of their other versions), or of a CSV, JSONL or Parquet file.
 * @throws UsageError for a path that is not there or a table without the columns needed; DataError for what is not sound.
 */
export async function* recordedAnswers(path: string, map: ColumnMapping = {}): AsyncGenerator<RecordedAnswer> {
  if (isFolder(path)) {
    for (const file of await chosenResultFiles(path)) yield* answersOfFile(file.absolute, file.path);
    return;
  }
  const format = tableFormats[extname(path).toLowerCase() as keyof typeof tableFormats] as TableFormat | undefined;
  if (format === undefined) yield* answersOfFile(path, basename(path));
  else yield* await answersOfTable(path, format, map);
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch (error) {
    if (isNotThere(error)) throw noSuchPath(path);
    throw error;
  }
}

async function* answersOfFile(absolute: string, path: string): AsyncGenerator<RecordedAnswer> {
  let body: unknown;
  try {
    body = JSON.parse((await readFile(absolute, "utf8")).replace(/^\uFEFF/, ""));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw brokenJson(path, error.message, error);
  }
  const header = headerOf(body);
  if (typeof header === "string" || header.demo) return;
  const writtenAt = timeInName(path) ?? fileTime(absolute);
  for (const [i, record] of (body as { records: unknown[] }).records.entries()) {
    yield answerOf(header, recordFields(record, i + 1, path), record as RecordedAnswer["record"], writtenAt);
  }
}

async function answersOfTable(path: string, format: TableFormat, map: ColumnMapping): Promise<RecordedAnswer[]> {
  const answers: RecordedAnswer[] = [];
  const writtenAt = fileTime(path);
  const unit = format === "jsonl" ? "line" : "row";
  await readTableRecords({ path, format, map }, ({ header, record, position }) => {
    answers.push(answerOf(header, recordFields(record, position, basename(path), unit), record, writtenAt));
  });
  return answers;
}

function answerOf(
  header: ResultHeader,
  fields: RecordFields,
  record: RecordedAnswer["record"],
  writtenAt: string,
): RecordedAnswer {
  const output = record["raw_output"];
  return { header, fields, output: typeof output === "string" ? output : undefined, record, writtenAt };
}

/** "…-20251124_123456.json" → "2025-11-24T12:34:56.000Z" */
function timeInName(path: string): string | undefined {
  const found = /(\d{4})(\d\d)(\d\d)_(\d\d)(\d\d)(\d\d)\.json$/.exec(path);
  if (!found) return undefined;
  const [, year, month, day, hour, minute, second] = found;
  const time = `${year}-${month}-${day}T${hour}:${minute}:${second}.000Z`;
  return Number.isNaN(Date.parse(time)) ? undefined : time;
}

function fileTime(path: string): string {
  return statSync(path).mtime.toISOString();
}
