/** An encoder for scorers that measure texts: one that needs no fitting. */
import type { Encoder } from "../core/encoder.ts";
import { UsageError } from "../core/errors.ts";
import { openEncoder } from "../encoders/registry.ts";

/** Undefined where none is asked for. @throws UsageError for one that has to be fitted; as `openEncoder` */
export async function readyEncoder(spec: string | undefined): Promise<Encoder | undefined> {
  if (spec === undefined) return undefined;
  const opened = await openEncoder(spec);
  if (opened.kind === "ready") return opened.encoder;
  const mend = "Name a local model or an endpoint: --encoder transformers:MODEL";
  throw new UsageError({ problem: `the encoder "${spec}" has to be fitted first`, mend });
}
