/** Reads one result file whole: header and records, or the reason why it is none. All or nothing. */
import { isAscii, isUtf8 } from "node:buffer";
import { createHash } from "node:crypto";
import { DataError } from "../core/errors.ts";
import { readBytes } from "./read-bytes.ts";
import type { ColumnBuilder } from "./record-columns.ts";
import { brokenJson, headerOf, notUtf8, recordAdder } from "./result-format.ts";
import type { FileToRead, ReadContent, ResultFile, ResultHeader } from "./result-format.ts";
import { decoded } from "./text-pool.ts";
import type { TextForm } from "./text-pool.ts";

/** Files above this are streamed. */
export const streamAboveBytes = 64 * 2 ** 20;

/**
 * Pushes the file's records to `columns` and gives its header.
 * @throws DataError for a file that is not UTF-8 or not JSON, and for a wrong record; `columns` is then as before.
 */
export async function readResultFile(file: FileToRead, columns: ColumnBuilder, limit: number): Promise<ResultFile> {
  const start = columns.length;
  try {
    const read = file.size > limit ? await stream(file, columns) : await parseWhole(file, columns);
    if (!read.header) columns.cut(start);
    return { path: file.path, start, end: columns.length, ...read };
  } catch (error) {
    columns.cut(start);
    throw error;
  }
}

/** Loaded on use: few files need it, and every worker would pay for it. */
async function stream(file: FileToRead, columns: ColumnBuilder | undefined): Promise<ReadContent> {
  const { streamResultFile } = await import("./result-stream.ts");
  return await streamResultFile(file, columns);
}

async function parseWhole(file: FileToRead, columns: ColumnBuilder): Promise<ReadContent> {
  const bytes = readBytes(file.absolute);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  if (!isUtf8(bytes)) throw notUtf8(file.path);
  const hasMark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  const json = bytes.subarray(hasMark ? 3 : 0);
  const start = columns.length;
  const form = formOf(json);
  try {
    return { sha256, ...(await parseContent(file, json, form, columns)) };
  } catch (error) {
    if (form === "text" || !(error instanceof DataError)) throw error;
    columns.cut(start);
    // Once more in the form that can be shown: the message may quote a text.
    return { sha256, ...(await parseContent(file, json, "text", columns)) };
  }
}

/** Bytes, where that is safe: a \u escape could give a character that looks like a byte. Pure ASCII is both. */
function formOf(json: Buffer): TextForm {
  return isAscii(json) || json.includes("\\u") ? "text" : "bytes";
}

async function parseContent(
  file: FileToRead,
  json: Buffer,
  form: TextForm,
  columns: ColumnBuilder,
): Promise<Omit<ReadContent, "sha256">> {
  const body = await parseJson(
    file,
    form === "bytes" || isAscii(json) ? json.toString("latin1") : json.toString("utf8"),
  );
  const header = headerOf(body);
  if (typeof header === "string") return { ignored: header, repeated: 0 };
  const add = recordAdder(file.path, columns, { form });
  (body as { records: unknown[] }).records.forEach((record, i) => add.push(record, i + 1));
  return { header: form === "bytes" ? decodedHeader(header) : header, repeated: add.repeated() };
}

function decodedHeader(header: ResultHeader): ResultHeader {
  const { dataset, split, model } = header;
  return { ...header, dataset: decoded(dataset), split: decoded(split), model: decoded(model) };
}

async function parseJson(file: FileToRead, text: string): Promise<unknown> {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    // The slow way names the record in which the file breaks.
    await stream(file, undefined);
    throw brokenJson(file.path, error.message, error);
  }
}
