/** Everything that was read, before filters and policies: what the snapshot holds. */
import type { DatasetKey } from "../core/outcome-table.ts";
import type { IgnoredFile, LoadWarning, ShadowedFile } from "./load-report.ts";
import type { RunSamples } from "./part-samples.ts";

export interface FullTable {
  readonly datasets: readonly DatasetKey[];
  /** in code-unit order */
  readonly models: readonly string[];
  readonly rows: FullRows;
  readonly cells: FullCells;
  /** [datasets × models] position of the file among all files used, by path; −1 = no file */
  readonly fileRank: readonly number[];
  /** the texts the text numbers stand for; 0 is "" */
  readonly texts: TextStore;
  /** SHA-256 (hex) over the sorted (path, SHA-256) list of the files used */
  readonly digest: string;
  readonly source: SourceReport;
}

/** [n] each; rows of one data set key stand together. */
export interface FullRows {
  readonly dataset: Int32Array;
  readonly index: Int32Array;
  readonly group: Int32Array;
  /** equal numbers = equal prompt texts, over all data sets */
  readonly promptText: Int32Array;
  readonly originQuery: Int32Array;
  readonly groundTruth: Int32Array;
  readonly prompts: readonly string[];
}

/** [n · m] each, row-major. `prediction` and `extra` are text numbers. */
export interface FullCells {
  readonly status: Uint8Array;
  readonly score: Float64Array;
  readonly costUsd: Float64Array;
  readonly promptTokens: Float64Array;
  readonly completionTokens: Float64Array;
  readonly latencySeconds: Float64Array;
  readonly prediction: Int32Array;
  readonly extra: Int32Array;
}

export const cellNumbers = ["score", "costUsd", "promptTokens", "completionTokens", "latencySeconds"] as const;

export interface TextStore {
  readonly length: number;
  at(number: number): string;
}

/** What reading the files found, for the load report. */
export interface SourceReport {
  readonly used: number;
  readonly ignored: readonly IgnoredFile[];
  readonly shadowed: readonly ShadowedFile[];
  readonly demo: readonly string[];
  readonly warnings: readonly LoadWarning[];
  /** runs with several answers to each prompt; absent where there are none */
  readonly samples?: readonly RunSamples[];
}
