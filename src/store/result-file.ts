/** Reads one result file whole: header and records, or the reason why it is none. All or nothing. */
import { isUtf8 } from "node:buffer";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { ColumnBuilder } from "./record-columns.ts";
import { brokenJson, headerOf, notUtf8, recordAdder } from "./result-format.ts";
import type { FileToRead, ReadContent, ResultFile } from "./result-format.ts";
import { streamResultFile } from "./result-stream.ts";

/** Files above this are streamed. */
export const streamAboveBytes = 64 * 2 ** 20;

/**
 * Pushes the file's records to `columns` and gives its header.
 * @throws DataError for a file that is not UTF-8 or not JSON, and for a wrong record; `columns` is then as before.
 */
export async function readResultFile(file: FileToRead, columns: ColumnBuilder, limit: number): Promise<ResultFile> {
  const start = columns.length;
  try {
    const read = file.size > limit ? await streamResultFile(file, columns) : await parseWhole(file, columns);
    if (!read.header) columns.cut(start);
    return { path: file.path, start, end: columns.length, ...read };
  } catch (error) {
    columns.cut(start);
    throw error;
  }
}

async function parseWhole(file: FileToRead, columns: ColumnBuilder): Promise<ReadContent> {
  // Synchronous on purpose: this thread has nothing else to do, and small files read twice as fast so.
  const bytes = readFileSync(file.absolute);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  if (!isUtf8(bytes)) throw notUtf8(file.path);
  const body = await parseJson(file, bytes);
  const header = headerOf(body);
  if (typeof header === "string") return { sha256, ignored: header, repeated: 0 };
  const add = recordAdder(file.path, columns);
  (body as { records: unknown[] }).records.forEach((record, i) => add.push(record, i + 1));
  return { sha256, header, repeated: add.repeated() };
}

async function parseJson(file: FileToRead, bytes: Buffer): Promise<unknown> {
  const hasMark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  try {
    return JSON.parse(bytes.toString("utf8", hasMark ? 3 : 0));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    // The slow way names the record in which the file breaks.
    await streamResultFile(file, undefined);
    throw brokenJson(file.path, error.message, error);
  }
}
