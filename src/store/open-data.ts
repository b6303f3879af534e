/** The one way in for data: a folder of result files, or one table file. */
import { statSync } from "node:fs";
import { extname } from "node:path";
import { UsageError } from "../core/errors.ts";
import { nearNames } from "../core/near-names.ts";
import { isNotThere, noSuchPath } from "./no-such-path.ts";
import { isPartitioned } from "./partitions.ts";
import { snapshotBeside } from "./snapshot-beside.ts";
import type { LoadedResults } from "./project.ts";
import type { ColumnMapping } from "./import-columns.ts";
import { readResults } from "./read-results.ts";
import type { ReadResultsOptions } from "./read-results.ts";

export interface OpenDataOptions extends ReadResultsOptions {
  /** For table files: which column holds which field, where the names differ from the defaults. */
  readonly map?: ColumnMapping | undefined;
}

/** File kinds by extension. */
export const tableFormats = { ".csv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl", ".parquet": "parquet" } as const;

export type TableFormat = (typeof tableFormats)[keyof typeof tableFormats];

/**
 * Reads a results folder (`readResults`), a snapshot of partitioned Parquet files, or a CSV, JSONL or Parquet file with one row per prompt and model
 * (`importTable`), chosen by what `path` is.
 * @throws UsageError for a path that does not exist or a file of another kind, naming near ones; else as those two do.
 * @example const { table } = await openData("results.csv", { map: { prompt: "question", score: "acc" } });
 */
export async function openData(path: string, options: OpenDataOptions = {}): Promise<LoadedResults> {
  if (isFolder(path)) {
    if (isPartitioned(path)) {
      const { importPartitions } = await import("./import-partitions.ts");
      return await importPartitions(path, options);
    }
    const fields = Object.keys(options.map ?? {});
    if (fields.length === 0) return await readFolder(path, options);
    throw new UsageError({
      problem: "a column mapping is for CSV, JSONL and Parquet files",
      where: path,
      mend: "Leave the mapping out for a folder of result files.",
    });
  }
  const format = formatOf(path);
  const { importTable } = await import("./import-table.ts");
  return await importTable(path, format, options);
}

async function readFolder(path: string, options: OpenDataOptions): Promise<LoadedResults> {
  const loaded = await readResults(path, options);
  const snapshot = snapshotBeside(path);
  if (snapshot === undefined) return loaded;
  const { withMeasuredLatency } = await import("./measured-latency.ts");
  return { ...loaded, table: await withMeasuredLatency(loaded.table, snapshot) };
}

function formatOf(path: string): TableFormat {
  const extension = extname(path).toLowerCase();
  if (extension in tableFormats) return tableFormats[extension as keyof typeof tableFormats];
  const known = Object.keys(tableFormats);
  const near = extension.length > 1 ? nearNames(extension, known) : [];
  const hint = near.length > 0 ? `Did you mean ${near.join(" or ")}? ` : "";
  throw new UsageError({
    problem: extension === "" ? "a file without extension" : `files of kind "${extension}" cannot be read`,
    where: path,
    mend: `${hint}Give a results folder, or a file ending in ${known.join(", ")}.`,
  });
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch (error) {
    if (isNotThere(error)) throw noSuchPath(path);
    throw error;
  }
}
