/**
 * A folder of Parquet files partitioned as Hive does it: `dataset=…/split=…/model=…/part-0.parquet`. DuckDB, Spark, Trino and
 * ClickHouse know the scheme; the three columns stand in the path alone.
 */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { systemCode } from "./atomic-write.ts";
import { quoted } from "./duckdb.ts";

export interface PartitionPlace {
  readonly dataset: string;
  readonly split: string;
  readonly model: string;
}

/** The partition's folder below `root`. */
export function partitionFolder(root: string, { dataset, split, model }: PartitionPlace): string {
  return join(root, `dataset=${escaped(dataset)}`, `split=${escaped(split)}`, `model=${escaped(model)}`);
}

/** Whether a folder is such a one: its own folders are named `dataset=…`. */
export function isPartitioned(path: string): boolean {
  try {
    return readdirSync(path).some((name) => name.startsWith("dataset="));
  } catch (error) {
    // Whoever reads it next says what is wrong with it.
    if (systemCode(error) !== "") return false;
    throw error;
  }
}

/** As a table in SQL, rows in the order of the paths, then of the files. */
export function partitionsSource(root: string): string {
  const files = quoted(join(root, "dataset=*", "split=*", "model=*", "*.parquet"));
  const options = "hive_partitioning = true, hive_types_autocast = false, union_by_name = true";
  return `read_parquet(${files}, ${options})`;
}

/** What Hive escapes, and what a path cannot hold. */
function escaped(name: string): string {
  return name.replace(/[^\w.@+ -]/gu, (character) => encodeURIComponent(character).replace(/[!'()*]/g, byte));
}

function byte(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}
