/**
 * Finished runs, kept in the cache folder, one file per (seed, router): a comparison that was stopped goes on where it
 * stopped, and one more router costs one more router. A run is found again only if the table, the split, the vectors, the
 * router, its options, our own code and the kernels that ran it (WebAssembly or plain) are the same to the byte.
 */
import { createHash } from "node:crypto";
import { mkdir, readFile, readdir, rm, stat, utimes } from "node:fs/promises";
import { join } from "node:path";
import { deserialize, serialize } from "node:v8";
import type { OutcomeTable } from "../core/outcome-table.ts";
import { kernelPath } from "../math/kernel-heap.ts";
import type { NamedRouter } from "../routers/registry.ts";
import { writeFileAtomic } from "../store/atomic-write.ts";
import { codeHash } from "./code-hash.ts";
import type { EmbeddedTable } from "./embed-table.ts";
import type { RouterRun, SeedFacts } from "./seed-run.ts";
import type { SplitOptions } from "./split.ts";

export interface KeptRun {
  readonly run: RouterRun;
  readonly facts: SeedFacts;
}

export interface RunKeeper {
  /** Undefined when there is none, or when what is there is damaged. */
  find(seed: number, named: NamedRouter): Promise<KeptRun | undefined>;
  /** Failing to write is no failure of the comparison: it is then computed again next time. */
  keep(seed: number, named: NamedRouter, kept: KeptRun): Promise<void>;
  /** How many files were found damaged so far; they are as good as absent. */
  damaged(): number;
}

/** Keeps nothing and finds nothing. */
export const noKeeper: RunKeeper = { find: async () => undefined, keep: async () => undefined, damaged: () => 0 };

export interface KeeperInput {
  readonly folder: string;
  readonly table: OutcomeTable;
  readonly encoder: EmbeddedTable;
  readonly split: SplitOptions;
  /** The routers of this comparison: its baseline is the bar that names the operating points of all. */
  readonly routers: readonly NamedRouter[];
  /** Compute anew, but keep what comes out. */
  readonly rerun: boolean;
}

const digestBytes = 32;
const unusedDays = 30;

/** Runs under `folder`; each file is the SHA-256 of its content, then the content. */
export async function openRunKeeper(input: KeeperInput): Promise<RunKeeper> {
  const { folder, table, encoder, split, routers, rerun } = input;
  const bar = routers.find(({ label }) => label === "best-single")?.fixed ?? null;
  const common = [codeHash(), kernelPath(), tableHash(table), encoderHash(encoder), split, bar];
  const pathOf = (seed: number, { label, fixed }: NamedRouter): string => {
    const key = createHash("sha256").update(JSON.stringify([...common, seed, label, fixed]));
    return join(folder, `${key.digest("hex")}.run`);
  };
  let damaged = 0;
  await mkdir(folder, { recursive: true }).catch(() => undefined);
  await removeUnused(folder);
  return {
    damaged: () => damaged,
    async find(seed, named) {
      if (rerun) return undefined;
      const path = pathOf(seed, named);
      const bytes = await readFile(path).catch(() => undefined);
      if (!bytes) return undefined;
      const kept = decode(bytes, named.label);
      if (!kept) damaged += 1;
      else await utimes(path, new Date(), new Date()).catch(() => undefined);
      return kept;
    },
    keep: (seed, named, kept) => writeFileAtomic(pathOf(seed, named), encode(kept)).catch(() => undefined),
  };
}

/** Runs of an older version or of data long gone are found by nobody again. */
async function removeUnused(folder: string): Promise<void> {
  const oldest = Date.now() - unusedDays * 24 * 3600 * 1000;
  for (const name of await readdir(folder).catch(() => [])) {
    const path = join(folder, name);
    const file = await stat(path).catch(() => undefined);
    if (file?.isFile() && file.mtimeMs < oldest) await rm(path, { force: true }).catch(() => undefined);
  }
}

function encode(kept: KeptRun): Uint8Array {
  const content = serialize(kept);
  return Buffer.concat([sha256(content), content]);
}

function decode(bytes: Buffer, label: string): KeptRun | undefined {
  const content = bytes.subarray(digestBytes);
  if (bytes.length <= digestBytes || !sha256(content).equals(bytes.subarray(0, digestBytes))) return undefined;
  try {
    const kept = deserialize(content) as KeptRun;
    return kept.run.label === label ? kept : undefined;
  } catch {
    // Whole, but written by a Node.js whose format this one does not read.
    return undefined;
  }
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

function sha256(bytes: Uint8Array): Buffer {
  return createHash("sha256").update(bytes).digest();
}
