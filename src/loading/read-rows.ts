/** The rows of a data set's files, unchecked, as its source writes them. What is null there is absent here. */
import { readdir, readFile, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import type { SourceFile, SourceRows } from "../core/dataset.ts";
import { DataError } from "../core/errors.ts";
import { jsonWords } from "../store/json-words.ts";
import { readTableRows } from "../store/table-rows.ts";
import { readTypedRows } from "../store/typed-rows.ts";

/** A file of a source that lies on this machine. */
export interface LocalFile extends SourceFile {
  readonly local: string;
}

/** One file's rows; a folder gives those of every JSON file in it, by name. @throws DataError naming file and line. */
export async function readRows(file: LocalFile): Promise<SourceRows[]> {
  const { local, path } = file;
  if (!(await stat(local)).isDirectory()) return [{ path, rows: await rowsOf(file) }];
  const names = (await readdir(local)).filter((name) => name.endsWith(".json")).toSorted();
  const all: SourceRows[] = [];
  for (const name of names) {
    // oxlint-disable-next-line no-await-in-loop -- hundreds of small files
    all.push({ path: `${path}/${name}`, rows: await rowsOf({ ...file, local: join(local, name) }) });
  }
  return all;
}

async function rowsOf({ local, format }: LocalFile): Promise<unknown[]> {
  if (format === "text") return [await readFile(local, "utf8")];
  if (format === "json") return jsonRows(await readFile(local, "utf8"), local);
  const rows: unknown[] = [];
  const take = (row: Readonly<Record<string, unknown>>): void => void rows.push(withoutNulls(row));
  await (format === "jsonl" ? readTableRows(local, format, take) : readTypedRows(local, format, take));
  return rows;
}

/** A list is one row an element; anything else is one row. */
function jsonRows(text: string, local: string): unknown[] {
  try {
    const content: unknown = JSON.parse(text);
    return Array.isArray(content) ? content.map(withoutNulls) : [content];
  } catch (cause) {
    const problem = jsonWords(cause instanceof Error ? cause.message : String(cause));
    throw new DataError({ problem, where: basename(local), mend: "Fetch the file again.", cause });
  }
}

function withoutNulls(row: unknown): unknown {
  if (typeof row !== "object" || row === null || Array.isArray(row)) return row;
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null));
}
