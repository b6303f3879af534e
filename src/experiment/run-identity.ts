/** What the result of a run depends on, its seed and its router aside: runs that agree in it are the same to the byte. */
import { createHash } from "node:crypto";
import type { OutcomeTable } from "../core/outcome-table.ts";
import { kernelPath } from "../math/kernel-heap.ts";
import type { NamedRouter } from "../routers/registry.ts";
import { codeHash } from "./code-hash.ts";
import type { EmbeddedTable } from "./embed-table.ts";
import type { SplitOptions } from "./split-options.ts";

export interface Compared {
  readonly table: OutcomeTable;
  readonly encoder: EmbeddedTable;
  readonly split: SplitOptions;
  /** The routers of this comparison: its baseline is the bar that names the operating points of all. */
  readonly routers: readonly NamedRouter[];
}

/** Plain values, for JSON. */
export function runIdentity({ table, encoder, split, routers }: Compared): readonly unknown[] {
  const bar = routers.find(({ label }) => label === "best-single")?.fixed ?? null;
  return [codeHash(), kernelPath(), tableHash(table), encoderHash(encoder), split, bar];
}

/** The digest of the files does not say what was left out of them, nor how unscored answers count. */
function tableHash(table: OutcomeTable): string {
  const { score, costUsd, promptTokens, completionTokens, status, datasetOf, groupOf, index } = table;
  const hash = createHash("sha256").update(JSON.stringify([table.digest, table.models, table.datasets]));
  for (const prompt of table.prompts) hash.update(`${prompt.length} ${prompt}`);
  for (const { data } of [score, costUsd, promptTokens, completionTokens]) hash.update(bytesOf(data));
  for (const numbers of [status, datasetOf, groupOf, index]) hash.update(bytesOf(numbers));
  return hash.digest("hex");
}

function encoderHash({ plan, vectors }: EmbeddedTable): string {
  const hash = createHash("sha256").update(JSON.stringify([plan, vectors?.fingerprint ?? null]));
  if (vectors) hash.update(bytesOf(vectors.vectors.data));
  return hash.digest("hex");
}

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
