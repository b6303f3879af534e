/** Writes rows as a Parquet file (zstd), whole or not at all. */
import { randomBytes } from "node:crypto";
import { open, rename, rm } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import { SignalboxError } from "../core/errors.ts";
import { requireWritableFolder, syncFolder, writeError } from "./atomic-write.ts";
import { quoted } from "./duckdb.ts";

export type ParquetColumns = Readonly<Record<string, "VARCHAR" | "INTEGER" | "DOUBLE" | "BOOLEAN">>;
export type ParquetCell = string | number | boolean | null;

/** Few enough that rows rarely outlive the youngest generation of the heap. */
const chunkRows = 256;

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

async function writeRows(
  connection: DuckDBConnection,
  path: string,
  columns: ParquetColumns,
  rows: Iterable<ParquetCell[]> | AsyncIterable<ParquetCell[]>,
): Promise<void> {
  const { DuckDBDataChunk, BOOLEAN, DOUBLE, INTEGER, VARCHAR } = await import("@duckdb/node-api");
  const byName = { VARCHAR, INTEGER, DOUBLE, BOOLEAN };
  const types = Object.values(columns).map((name) => byName[name]);
  const definition = Object.entries(columns).map(([name, type]) => `"${name}" ${type}`);
  await connection.run(`CREATE OR REPLACE TABLE outcomes (${definition.join(", ")})`);
  const appender = await connection.createAppender("outcomes");
  let held: ParquetCell[][] = [];
  // One for all: the memory of a chunk is given back only when its wrapper is collected.
  const chunk = DuckDBDataChunk.create(types);
  const flush = (): void => {
    chunk.reset();
    chunk.rowCount = held.length;
    chunk.setRows(held);
    appender.appendDataChunk(chunk);
    held = [];
  };
  for await (const row of rows) {
    held.push(row);
    if (held.length === chunkRows) flush();
  }
  if (held.length > 0) flush();
  appender.closeSync();
  await connection.run(`COPY outcomes TO ${quoted(path)} (FORMAT parquet, COMPRESSION zstd)`);
}
