/** Imports a CSV, JSONL or Parquet file with one row per prompt and model, through the same snapshots as result files. */
import { realpathSync } from "node:fs";
import { dirname } from "node:path";
import { throwIfAborted } from "../core/errors.ts";
import { snapshotFolder } from "./cache-dir.ts";
import { currentStamp, fileFreshness, hashFile, nowNs } from "./freshness.ts";
import { loadFull } from "./load-full.ts";
import type { MakeFull } from "./load-full.ts";
import { noSuchPath } from "./no-such-path.ts";
import { readerVersion } from "./manifest.ts";
import type { OpenDataOptions, TableFormat } from "./open-data.ts";
import type { LoadedResults } from "./project.ts";
import { project } from "./project.ts";

/**
 * The outcome table of a file. Columns are found by name or alias (`import-columns.ts`), or as `options.map` says.
 * Without an index, prompts are numbered by first appearance in their data set; without a data set all are of "data".
 * @throws UsageError when a needed column is absent; DataError for a wrong row, naming file and row; else as `readResults`.
 */
export async function importTable(path: string, format: TableFormat, options: OpenDataOptions): Promise<LoadedResults> {
  throwIfAborted(options.signal, "the import");
  const root = realpathSync(path);
  const mapping = Object.entries(options.map ?? {}).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const variant = JSON.stringify([format, mapping]);
  const folder = snapshotFolder({ root, readerVersion, variant }, options, dirname(root));
  const make: MakeFull = async () => {
    const checkedAtNs = nowNs();
    const stamp = currentStamp(root);
    if (!stamp) throw noSuchPath(path);
    const sha256 = await hashFile(root);
    // Loaded on use: a start from the snapshot needs none of it.
    const { importRows } = await import("./import-rows.ts");
    const full = await importRows({ path, format, map: options.map ?? {}, sha256, variant, signal: options.signal });
    const files = [{ path: "", sha256, stamp }];
    return { full, origin: { readerVersion, root, checkedAtNs, files, folders: [] } };
  };
  const { full, snapshot, warnings } = await loadFull({ folder, isFresh: fileFreshness }, make);
  const loaded = project(full, options, snapshot);
  const messages = [...loaded.report.warnings, ...warnings.map(({ message }) => message)];
  return { ...loaded, report: { ...loaded.report, warnings: messages } };
}
