/** Writes rows as a Parquet file (zstd), whole or not at all. */
import { randomBytes } from "node:crypto";
import { open, rename, rm } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import { SignalboxError } from "../core/errors.ts";
import { requireWritableFolder, syncFolder, writeError } from "./atomic-write.ts";
import { quoted } from "./duckdb.ts";
import { wellFormed } from "./well-formed.ts";

export type ParquetColumns = Readonly<Record<string, "VARCHAR" | "INTEGER" | "DOUBLE" | "BOOLEAN">>;
export type ParquetCell = string | number | boolean | null;

/** Written together, and so held in memory together: long answers are a hundred kilobytes each. */
const groupRows = 8192;

/**
 * Writes `rows`, each with a cell for every column, to `path`.
 * @throws WriteError when the folder is absent or not writable; what stood at `path` then stays.
 */
export async function writeParquet(
  connection: DuckDBConnection,
  path: string,
  columns: ParquetColumns,
  rows: Iterable<ParquetCell[]> | AsyncIterable<ParquetCell[]>,
): Promise<void> {
  const target = resolve(path);
  await requireWritableFolder(target);
  const temporary = join(dirname(target), `.${basename(target)}.${process.pid}.${randomBytes(6).toString("hex")}.tmp`);
  try {
    await writeRows(connection, temporary, columns, rows);
    const file = await open(temporary, "r+");
    await file.sync().finally(() => file.close());
    await rename(temporary, target);
    await syncFolder(dirname(target));
  } catch (error) {
    await rm(temporary, { force: true });
    if (error instanceof SignalboxError || !(error instanceof Error)) throw error;
    throw writeError(path, error);
  }
}

/**
 * Through a file of JSON lines that DuckDB reads as it writes: rows put into a table of its own would stand in memory together,
 * and cell by cell they cost several times the processor time.
 */
async function writeRows(
  connection: DuckDBConnection,
  path: string,
  columns: ParquetColumns,
  rows: Iterable<ParquetCell[]> | AsyncIterable<ParquetCell[]>,
): Promise<void> {
  const lines = `${path}.jsonl`;
  try {
    const longest = await writeLines(lines, Object.keys(columns), rows);
    const types = Object.entries(columns).map(([name, type]) => `${quoted(name)}: ${quoted(type)}`);
    const read = `columns = {${types.join(", ")}}, format = 'newline_delimited', maximum_object_size = ${longest}`;
    await connection.run("SET threads TO 1"); // each would hold a group of rows of its own
    await connection.run(
      `COPY (SELECT * FROM read_json(${quoted(lines)}, ${read}))
       TO ${quoted(path)} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE ${groupRows})`,
    );
  } finally {
    await rm(lines, { force: true });
  }
}

const pieceLength = 2 ** 16;
const shortestLimit = 2 ** 20;

/** @returns bytes that no line exceeds */
async function writeLines(
  path: string,
  names: readonly string[],
  rows: Iterable<ParquetCell[]> | AsyncIterable<ParquetCell[]>,
): Promise<number> {
  const heads = names.map((name) => `${JSON.stringify(name)}:`);
  const file = await open(path, "wx");
  let longest = shortestLimit;
  try {
    let text = "";
    for await (const row of rows) {
      const line = lineOf(heads, row);
      if (line.length * mostBytesPerUnit > longest) longest = Math.max(longest, Buffer.byteLength(line));
      text += line;
      if (text.length < pieceLength) continue;
      await file.appendFile(text);
      text = "";
    }
    await file.appendFile(text);
  } finally {
    await file.close();
  }
  return longest;
}

/** UTF-8 needs at most so many for a unit of UTF-16. */
const mostBytesPerUnit = 3;

/** What is null is left out. */
function lineOf(heads: readonly string[], row: readonly ParquetCell[]): string {
  let line = "{";
  for (const [i, cell] of row.entries()) {
    if (cell === null) continue;
    if (line !== "{") line += ",";
    line += heads[i] + JSON.stringify(cellOf(cell));
  }
  return `${line}}\n`;
}

/** Half a surrogate pair is no text, and JSON knows no infinity: DuckDB reads that from its name. */
function cellOf(cell: string | number | boolean): string | number | boolean {
  if (typeof cell === "string") return wellFormed(cell);
  return typeof cell === "number" && !Number.isFinite(cell) ? String(cell) : cell;
}
