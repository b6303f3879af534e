/**
 * Finished runs, kept in the cache folder, one file per (seed, router): a comparison that was stopped goes on where it
 * stopped, and one more router costs one more router. A run is found again only if the table, the split, the vectors, the
 * router, its options, our own code and the kernels that ran it (WebAssembly or plain) are the same to the byte.
 */
import { createHash } from "node:crypto";
import { mkdir, readFile, readdir, rm, stat, utimes } from "node:fs/promises";
import { join } from "node:path";
import type { NamedRouter } from "../routers/registry.ts";
import { writeFileAtomic } from "../store/atomic-write.ts";
import { runIdentity } from "./run-identity.ts";
import type { Compared } from "./run-identity.ts";
import { sealed, unsealed } from "./sealed.ts";
import type { RouterRun, SeedFacts } from "./seed-run.ts";

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

export interface KeeperInput extends Compared {
  readonly folder: string;
  /** Compute anew, but keep what comes out. */
  readonly rerun: boolean;
}

const unusedDays = 30;

/** Runs under `folder`; each file is the SHA-256 of its content, then the content. */
export async function openRunKeeper(input: KeeperInput): Promise<RunKeeper> {
  const { folder, rerun } = input;
  const common = runIdentity(input);
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
      const kept = keptRunOf(bytes, named.label);
      if (!kept) damaged += 1;
      else await utimes(path, new Date(), new Date()).catch(() => undefined);
      return kept;
    },
    keep: (seed, named, kept) => writeFileAtomic(pathOf(seed, named), sealed(kept)).catch(() => undefined),
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

function keptRunOf(bytes: Buffer, label: string): KeptRun | undefined {
  const kept = unsealed(bytes) as KeptRun | undefined;
  return kept?.run.label === label ? kept : undefined;
}
