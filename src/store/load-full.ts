/** The full table of a data folder: from its snapshot when that is still valid, else from the files. */
import type { FullTable } from "./full-table.ts";
import { listJsonFiles } from "./list-files.ts";
import type { LoadWarning, SnapshotState } from "./load-report.ts";
import type { ReadResultsOptions } from "./read-results.ts";

export interface LoadedFull {
  readonly full: FullTable;
  readonly snapshot: SnapshotState;
  readonly warnings: readonly LoadWarning[];
}

/** @throws as `readResults` does. */
export async function loadFull(path: string, options: ReadResultsOptions): Promise<LoadedFull> {
  const listing = listJsonFiles(path);
  const { ingest } = await import("./ingest.ts");
  const { signal, onProgress, threads = 2, includeDemo = false } = options;
  const { full } = await ingest(listing, { signal, onProgress, threads, includeDemo });
  return { full, snapshot: { state: "off" }, warnings: [] };
}
