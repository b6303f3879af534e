/** An outcome table as a Parquet file in long form: one row per prompt and model that has a record. */
import { randomBytes } from "node:crypto";
import { open, rename, rm } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { cellStatus } from "../core/outcome-table.ts";
import type { OutcomeTable } from "../core/outcome-table.ts";
import { SignalboxError } from "../core/errors.ts";
import { requireWritableFolder, syncFolder, writeError } from "./atomic-write.ts";
import { quoted, withDuckDb } from "./duckdb.ts";
import type { ResultDetails } from "./project.ts";

const columns = {
  dataset: "VARCHAR",
  split: "VARCHAR",
  index: "INTEGER",
  prompt: "VARCHAR",
  model: "VARCHAR",
  status: "VARCHAR",
  score: "DOUBLE",
  cost: "DOUBLE",
  prompt_tokens: "DOUBLE",
  completion_tokens: "DOUBLE",
  latency_s: "DOUBLE",
  prediction: "VARCHAR",
  origin_query: "VARCHAR",
  ground_truth: "VARCHAR",
  extra: "VARCHAR",
} as const;

const statusNames = ["scored", "failed", "unscored", "missing"] as const;
const chunkRows = 2048;

/**
 * Writes the table to `path` (Parquet, zstd), whole or not at all. `openData` reads it back into the same table;
 * missing cells have no row, and rows without any record are not written. `details` are those of the same reading:
 * question, expected answer, and further fields as JSON text.
 * @throws WriteError when the folder is absent or not writable.
 */
export async function exportParquet(table: OutcomeTable, path: string, details: ResultDetails): Promise<void> {
  const target = resolve(path);
  await requireWritableFolder(target);
  const temporary = join(dirname(target), `.${basename(target)}.${process.pid}.${randomBytes(6).toString("hex")}.tmp`);
  try {
    await writeRows(table, temporary, details);
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

async function writeRows(table: OutcomeTable, path: string, details: ResultDetails): Promise<void> {
  const { DuckDBDataChunk, DOUBLE, INTEGER, VARCHAR } = await import("@duckdb/node-api");
  const byName = { VARCHAR, INTEGER, DOUBLE };
  const types = Object.values(columns).map((name) => byName[name]);
  await withDuckDb(async (connection) => {
    const definition = Object.entries(columns).map(([name, type]) => `"${name}" ${type}`);
    await connection.run(`CREATE TABLE outcomes (${definition.join(", ")})`);
    const appender = await connection.createAppender("outcomes");
    let rows: Cell[][] = [];
    const flush = (): void => {
      const chunk = DuckDBDataChunk.create(types, rows.length);
      chunk.setRows(rows);
      appender.appendDataChunk(chunk);
      rows = [];
    };
    for (const row of cellRows(table, details)) {
      rows.push(row);
      if (rows.length === chunkRows) flush();
    }
    if (rows.length > 0) flush();
    appender.closeSync();
    await connection.run(`COPY outcomes TO ${quoted(path)} (FORMAT parquet, COMPRESSION zstd)`);
  });
}

type Cell = string | number | null;

function* cellRows(table: OutcomeTable, details: ResultDetails): Generator<Cell[]> {
  const m = table.models.length;
  for (let cell = 0; cell < table.status.length; cell++) {
    if (table.status[cell] !== cellStatus.missing) yield cellRow(table, Math.floor(cell / m), cell % m, details);
  }
}

function cellRow(table: OutcomeTable, row: number, model: number, details: ResultDetails): Cell[] {
  const cell = row * table.models.length + model;
  const key = table.datasets[table.datasetOf[row] ?? 0];
  const numbers = [table.score, table.costUsd, table.promptTokens, table.completionTokens, table.latencySeconds];
  return [
    key?.dataset ?? "",
    key?.split ?? "",
    table.index[row] ?? 0,
    table.prompts[row] ?? "",
    table.models[model]?.id ?? "",
    statusNames[table.status[cell] ?? cellStatus.missing] ?? "missing",
    ...numbers.map((matrix) => {
      const value = matrix?.data[cell] ?? NaN;
      return Number.isNaN(value) ? null : value;
    }),
    table.prediction(row, model),
    details.originQuery(row),
    details.groundTruth(row),
    details.extra(row, model),
  ];
}
