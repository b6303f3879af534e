/**
 * Downloads a sentence encoder from a hub into the models folder: what `signalbox encoder pull` does.
 * Files that are there already are left alone; a broken download goes on where it stopped.
 */
import { stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { UsageError } from "../core/errors.ts";
import { systemCode } from "../store/atomic-write.ts";
import { DownloadError } from "../store/download-error.ts";
import { resumableDownload } from "../store/resumable-download.ts";
import { defaultModelsDir, modelFiles, weightFiles } from "./models-dir.ts";

export interface PullOptions {
  /** The hub. @default "https://huggingface.co" */
  readonly endpoint?: string | undefined;
  /** A branch, tag or commit. @default "main" */
  readonly revision?: string | undefined;
  /** @default $SIGNALBOX_MODELS, else ~/.cache/signalbox/models */
  readonly modelsDir?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Bytes of the file under way. */
  readonly onProgress?: ((file: string, done: number, total: number | undefined) => void) | undefined;
  /** Wait before the first retry. @default 1000 */
  readonly firstWaitMs?: number | undefined;
}

export interface PulledEncoder {
  readonly folder: string;
  /** The files downloaded now, below the folder; empty when all was there. */
  readonly files: readonly string[];
}

/** Makes the model's folder complete. Throws UsageError for a name that is none, DownloadError when a file won't come. */
export async function pullEncoder(model: string, options: PullOptions = {}): Promise<PulledEncoder> {
  if (!/^[\w-][\w.-]*(\/[\w-][\w.-]*)?$/.test(model)) {
    throw new UsageError({ problem: `"${model}" is not the name of a model`, mend: "Try Xenova/all-MiniLM-L6-v2" });
  }
  const modelsDir = options.modelsDir === undefined ? defaultModelsDir() : resolve(options.modelsDir);
  const folder = join(modelsDir, ...model.split("/"));
  const files: string[] = [];
  for (const file of modelFiles) {
    // oxlint-disable-next-line no-await-in-loop
    if (await pullFile(model, file, folder, options)) files.push(file);
  }
  const weights = await pullWeights(model, folder, options);
  return { folder, files: weights ? [...files, weights] : files };
}

/** The quantised weights, or the full ones where the hub has no others. Undefined when either was there already. */
async function pullWeights(model: string, folder: string, options: PullOptions): Promise<string | undefined> {
  const [preferred, other] = weightFiles;
  if (await isThere(join(folder, other.file))) return undefined;
  try {
    return (await pullFile(model, preferred.file, folder, options)) ? preferred.file : undefined;
  } catch (error) {
    if (!(error instanceof DownloadError) || error.status !== 404) throw error;
  }
  await pullFile(model, other.file, folder, options);
  return other.file;
}

/** True when the file had to be downloaded. */
async function pullFile(model: string, file: string, folder: string, options: PullOptions): Promise<boolean> {
  const { endpoint = "https://huggingface.co", revision = "main", signal, onProgress, firstWaitMs } = options;
  const destination = join(folder, file);
  if (await isThere(destination)) return false;
  await resumableDownload({
    url: `${endpoint.replace(/\/+$/, "")}/${model}/resolve/${encodeURIComponent(revision)}/${file}`,
    destination,
    signal,
    firstWaitMs,
    onProgress: (done, total) => onProgress?.(file, done, total),
  });
  return true;
}

async function isThere(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch (error) {
    if (systemCode(error) === "ENOENT") return false;
    throw error;
  }
}
