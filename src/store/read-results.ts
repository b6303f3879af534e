/** Reads a folder of LLMRouterBench result files into an outcome table, through a snapshot when there is a valid one. */
import { throwIfAborted } from "../core/errors.ts";
import { snapshotFolder } from "./cache-dir.ts";
import type { SnapshotPlace } from "./cache-dir.ts";
import { nowNs } from "./freshness.ts";
import { dataRoot, listJsonFiles } from "./list-files.ts";
import { loadFull } from "./load-full.ts";
import type { MakeFull } from "./load-full.ts";
import { readerVersion } from "./manifest.ts";
import type { LoadedResults, Projection } from "./project.ts";
import { project } from "./project.ts";

export interface ReadResultsOptions extends Projection, SnapshotPlace {
  /** Let trial runs (`demo: true`) take part. @default false */
  readonly includeDemo?: boolean | undefined;
  /** Where the snapshot is kept: the cache folder, `.signalbox/` inside the data, or nowhere. @default "cache" */
  readonly snapshot?: "cache" | "beside" | "off" | undefined;
  /** @default $SIGNALBOX_CACHE, else $XDG_CACHE_HOME/signalbox, else ~/.cache/signalbox */
  readonly cacheDir?: string | undefined;
  /** Worker threads for reading; below 4 MB of input none are used. @default 2 */
  readonly threads?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called while files are read; never when the snapshot is used. */
  readonly onProgress?: ((filesDone: number, filesTotal: number) => void) | undefined;
}

/**
 * The outcome table of all result files at or below `path`, with a report of what was dropped, failed or odd.
 *
 * `table` is [n prompts, m models]: data sets in order of first appearance over the sorted files, rows in order of
 * first appearance inside each, models in code-unit order. Memory is bounded by the table, not by the files.
 * @throws UsageError for a path or a wanted name that does not exist (with near names), or when filters leave nothing.
 * @throws DataError for a file or record that is not what it claims to be (naming file, record and remedy), for
 *   unscored cells without a policy, and when there are no result files.
 * @throws InterruptedError when `signal` aborts.
 * @example const { table, report } = await readResults("results/bench", { filter: { models: ["gpt-5", "qwen3-8b"] } });
 */
export async function readResults(path: string, options: ReadResultsOptions = {}): Promise<LoadedResults> {
  throwIfAborted(options.signal, "reading the results");
  const { includeDemo = false } = options;
  const root = dataRoot(path);
  const folder = snapshotFolder({ root, readerVersion, variant: includeDemo ? "with demo" : "" }, options, root);
  const { full, snapshot, warnings } = await loadFull({ folder }, () => readAll(path, options));
  const loaded = project(full, options, snapshot);
  return {
    ...loaded,
    report: { ...loaded.report, warnings: [...loaded.report.warnings, ...warnings.map(({ message }) => message)] },
  };
}

const readAll = async (path: string, options: ReadResultsOptions): ReturnType<MakeFull> => {
  const { signal, onProgress, threads = 2, includeDemo = false } = options;
  const checkedAtNs = nowNs();
  const listing = listJsonFiles(path);
  // Loaded on use: a start from the snapshot needs none of it.
  const { ingest } = await import("./ingest.ts");
  const { full, hashes } = await ingest(listing, { signal, onProgress, threads, includeDemo });
  const files = listing.files.map(({ path: name, stamp }) => ({ path: name, stamp, sha256: hashes.get(name) ?? "" }));
  return { full, origin: { readerVersion, root: listing.root, checkedAtNs, files, folders: listing.folders } };
};
