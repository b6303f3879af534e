/** Where the files of data sets come from: options every command that loads a set shares. */
import { join } from "node:path";
import type { Command } from "commander";
import { plural } from "../core/plural.ts";
import type { DatasetDefinition } from "../core/dataset.ts";
import { datasetFiles } from "../loading/dataset-files.ts";
import type { LocalFile } from "../loading/read-rows.ts";
import { defaultCacheDir } from "../store/cache-dir.ts";
import { note, startProgress } from "./terminal.ts";

export interface DatasetSourceOptions {
  readonly split?: string | undefined;
  readonly from?: string | undefined;
  readonly mirror?: string | undefined;
  readonly tokenEnv?: string | undefined;
  readonly refresh?: boolean | undefined;
  readonly quiet?: boolean | undefined;
}

/** The hub that asks for a token. */
const hub = "huggingface.co";

export function withDatasetSource(command: Command): Command {
  return command
    .option("--split <name>", "which split (default: the set's first)")
    .option("--from <folder>", "a folder that holds the set's files already; nothing is downloaded")
    .option("--mirror <address>", "take every file from ADDRESS/HOST/PATH (default: SIGNALBOX_MIRROR)")
    .option("--token-env <name>", "the environment variable that holds a Hugging Face token", "HF_TOKEN")
    .option("--refresh", "download again what is there");
}

/** Where fetched data sets are kept. */
export function datasetsFolder(): string {
  return join(defaultCacheDir(), "datasets");
}

const mebibyte = 2 ** 20;

/** The files of a set, fetched with progress where they are not there. The terms are told once, when something is fetched. */
export async function openDatasetFiles(
  dataset: DatasetDefinition,
  options: DatasetSourceOptions,
  signal?: AbortSignal,
): Promise<LocalFile[]> {
  const quiet = options.quiet ?? false;
  const { split, from, mirror = process.env["SIGNALBOX_MIRROR"], tokenEnv = "HF_TOKEN", refresh } = options;
  const token = process.env[tokenEnv];
  const progress = startProgress(`fetching ${dataset.id}`, quiet);
  let told = quiet;
  try {
    return await datasetFiles(dataset, {
      folder: datasetsFolder(),
      split,
      from,
      mirror,
      refresh,
      token: token === undefined || token === "" ? undefined : { host: hub, token },
      now: () => new Date(),
      signal,
      onWait({ processId }) {
        if (!quiet) note(`note: process ${processId} is fetching the same, waiting for it`);
      },
      onProgress(path, done, total) {
        if (!told) note(termsOf(dataset));
        told = true;
        progress.update(Math.round(done / mebibyte), Math.round((total ?? done) / mebibyte), `MiB, ${path}`);
      },
    });
  } finally {
    progress.stop();
  }
}

/** Under which terms, and whether the rows may be passed on. */
export function termsOf({ id, licence, redistributable, source }: DatasetDefinition): string {
  const passing = redistributable ? "" : "; its rows are not to be passed on";
  return `note: ${id} is under these terms: ${licence}${passing}. ${source.home}`;
}

/** "3 files, 12.4 MB" */
export function sizeText(files: readonly { readonly bytes: number }[]): string {
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  return `${plural(files.length, "file")}, ${(bytes / 1e6).toFixed(bytes < 1e5 ? 3 : 1)} MB`;
}
