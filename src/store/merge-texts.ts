/** Gives the text numbers of several batches one common numbering. */
import type { RecordColumns } from "./record-columns.ts";
import { textColumns } from "./record-columns.ts";
import { textPool } from "./text-pool.ts";

/** The batches with their text columns renumbered, and the texts; number 0 stays "". */
export function mergeTexts(batches: readonly RecordColumns[]): { columns: RecordColumns[]; texts: readonly string[] } {
  const pool = textPool();
  const numberings = new Map<readonly string[], Int32Array>();
  const columns = batches.map((batch) => {
    const common = numberings.get(batch.texts) ?? Int32Array.from(batch.texts, (text) => pool.id(text));
    numberings.set(batch.texts, common);
    const renumbered = textColumns.map((name) => [name, batch[name].map((id) => common[id] ?? 0)] as const);
    return { ...batch, ...Object.fromEntries(renumbered) };
  });
  return { columns, texts: pool.texts };
}
