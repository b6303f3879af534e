/** What coordinator and workers of a comparison tell each other of it through Redis. */
import { gunzipSync, gzipSync } from "node:zlib";
import { z } from "zod";
import { kernelPath } from "../../math/kernel-heap.ts";
import { sharedBytesSchema } from "../../queue/shared-bytes.ts";
import { version } from "../../version.ts";
import { codeHash } from "../code-hash.ts";
import type { LaneInput } from "../lane.ts";
import type { Compared } from "../run-identity.ts";
import { sealed, unsealed } from "../sealed.ts";
import { reviveRouters, reviveTable, shareTable } from "../share.ts";
import type { SeedTask } from "../share.ts";

const computingSchema = z.object({
  version: z.string(),
  /** SHA-256 of the code that computes */
  code: z.string(),
  /** WebAssembly or plain: their sums of k-means differ */
  kernels: z.string(),
});

type Computing = z.infer<typeof computingSchema>;

export const setupSchema = z.object({ by: computingSchema, data: sharedBytesSchema });

export type SpreadSetup = z.infer<typeof setupSchema>;

export const jobSchema = z.object({ seed: z.number().int(), label: z.string() });

/** What decides the numbers of a process, beside the data. */
export function ownComputing(): Computing {
  return { version, code: codeHash(), kernels: kernelPath() };
}

/** Why this process would not give the coordinator's bytes, in words; undefined when it would. */
export function computingDiffers(theirs: Computing, own = ownComputing()): string | undefined {
  if (theirs.version !== own.version) return differs("signalbox", own.version, theirs.version);
  if (theirs.code !== own.code)
    return differs(`the code of signalbox ${own.version}`, own.code.slice(0, 12), theirs.code.slice(0, 12));
  return theirs.kernels === own.kernels ? undefined : differs("its kernels", own.kernels, theirs.kernels);
}

function differs(what: string, own: string, theirs: string): string {
  return `${what} is ${own} here and ${theirs} at the comparison, and the same bytes are only sure where they are equal`;
}

type Packed = Pick<SeedTask, "vectors" | "encoder" | "split" | "routers"> & {
  readonly table: NonNullable<SeedTask["table"]>;
};

/** Table, vectors, split and routers as bytes. */
export function packed({ table, encoder, split, routers }: Compared): Buffer {
  const all: Packed = {
    table: shareTable(table),
    vectors: encoder.vectors,
    encoder: encoder.plan,
    split,
    routers: routers.map(({ label, fixed }) => ({ label, fixed })),
  };
  return gzipSync(sealed(all), { level: 1 });
}

/** What lanes compute on; undefined when these bytes cannot be read here. */
export function unpacked(bytes: Buffer): LaneInput | undefined {
  const all = unsealed(gunzipSync(bytes)) as Packed | undefined;
  if (all === undefined) return undefined;
  const { table, vectors, encoder, split, routers } = all;
  return {
    table: reviveTable(table),
    encoder: { plan: encoder, vectors },
    split,
    routers: reviveRouters(routers),
  };
}
