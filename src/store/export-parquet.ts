/** An outcome table as a Parquet file in long form: one row per prompt and model that has a record. */
import { cellStatus } from "../core/outcome-table.ts";
import type { OutcomeTable } from "../core/outcome-table.ts";
import { requireWritableFolder } from "./atomic-write.ts";
import { withDuckDb } from "./duckdb.ts";
import type { ResultDetails } from "./project.ts";
import { writeParquet } from "./write-parquet.ts";
import type { ParquetCell } from "./write-parquet.ts";

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

/**
 * Writes the table to `path` (Parquet, zstd), whole or not at all. `openData` reads it back into the same table;
 * missing cells have no row, and rows without any record are not written. `details` are those of the same reading:
 * question, expected answer, and further fields as JSON text.
 * @throws WriteError when the folder is absent or not writable.
 */
export async function exportParquet(table: OutcomeTable, path: string, details: ResultDetails): Promise<void> {
  // Told before DuckDB is loaded.
  await requireWritableFolder(path);
  await withDuckDb((connection) => writeParquet(connection, path, columns, cellRows(table, details)));
}

function* cellRows(table: OutcomeTable, details: ResultDetails): Generator<ParquetCell[]> {
  const m = table.models.length;
  for (let cell = 0; cell < table.status.length; cell++) {
    if (table.status[cell] !== cellStatus.missing) yield cellRow(table, Math.floor(cell / m), cell % m, details);
  }
}

function cellRow(table: OutcomeTable, row: number, model: number, details: ResultDetails): ParquetCell[] {
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
