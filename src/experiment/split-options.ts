/** How a split is to be made, and one data set's part in it. */
import type { DatasetKey } from "../core/outcome-table.ts";

export interface SplitOptions {
  readonly mode: "native" | "compat";
  /** strictly between 0 and 1 */
  readonly trainRatio: number;
  /** data set ids or keys ("id/split") that go to the test part whole */
  readonly ood: readonly string[];
}

/** One data set's prompts in split order, cut in training and test. `units` are rows that never part. */
export interface SplitOrder {
  readonly train: readonly Int32Array[];
  readonly test: readonly Int32Array[];
}

/** Whether a data set key is named out-of-distribution, by id or by key. */
export function isOod(key: DatasetKey, ood: readonly string[]): boolean {
  return ood.includes(key.dataset) || ood.includes(keyText(key));
}

/** "dataset/split", the text form used in hashes and manifests. */
export function keyText({ dataset, split }: DatasetKey): string {
  return `${dataset}/${split}`;
}
