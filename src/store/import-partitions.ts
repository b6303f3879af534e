/** Reads a folder of partitioned Parquet files, as `collect` writes it, into an outcome table. */
import { createHash } from "node:crypto";
import { readdirSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { DataError, throwIfAborted } from "../core/errors.ts";
import { hashFile } from "./freshness.ts";
import { importRows } from "./import-rows.ts";
import type { OpenDataOptions } from "./open-data.ts";
import type { LoadedResults } from "./project.ts";
import { project } from "./project.ts";

/**
 * The outcome table of the folder; its columns are those of any imported table. Read anew each time: Parquet is fast to read.
 * @throws as `importTable`, and DataError when there is no file
 */
export async function importPartitions(path: string, options: OpenDataOptions): Promise<LoadedResults> {
  throwIfAborted(options.signal, "the import");
  const root = realpathSync(path);
  const sha256 = await hashFolder(root);
  const { map = {}, signal } = options;
  const full = await importRows({ path: root, format: "parquet", map, sha256, variant: "partitioned", signal });
  return project(full, options, { state: "off" });
}

async function hashFolder(root: string): Promise<string> {
  const names = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".parquet"));
  if (names.length === 0) {
    const mend = "Name a folder dataset=…/split=…/model=…/ with Parquet files in it, as collect writes it.";
    throw new DataError({ problem: "no Parquet file below this folder", where: root, mend });
  }
  const hash = createHash("sha256");
  for (const name of names.toSorted()) hash.update(`${name}\n${await hashFile(join(root, name))}\n`);
  return hash.digest("hex");
}
