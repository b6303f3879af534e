/** From `--encoder` to an encoder that is fitted per split, or one that is ready and cached. */
import { UsageError } from "../core/errors.ts";
import { defaultCacheDir } from "../store/cache-dir.ts";
import { cachedEncoder } from "../store/embedding-cache.ts";
import type { EncoderChoice } from "./embed-table.ts";

/** As a config or a command line names it; undefined = the offline one. */
type GivenSpec = string | Readonly<Record<string, unknown>> | undefined;

export interface ChosenEncoder {
  readonly choice: EncoderChoice;
  close(): Promise<void>;
}

/** @throws UsageError for an unknown encoder; PrerequisiteError when its package or model is absent. */
export async function chooseEncoder(
  spec: GivenSpec,
  { cache }: { readonly cache?: string | boolean | undefined },
): Promise<ChosenEncoder> {
  if (spec === undefined || spec === "ngram") return { choice: { kind: "ngram" }, close: async () => undefined };
  const { openEncoder } = await import("../encoders/registry.ts");
  const opened = await openEncoder(isJson(spec) ? parsedSpec(spec) : spec);
  if (opened.kind === "fittable")
    return { choice: { kind: "ngram", options: opened.options }, close: async () => undefined };
  const folder = typeof cache === "string" ? cache : defaultCacheDir();
  const encoder = cache === false || !opened.cacheable ? opened.encoder : await cachedEncoder(opened.encoder, folder);
  // A config names keys by their environment variable only, so a spec may stand in reports and artefacts.
  return {
    choice: { kind: "ready", spec: typeof spec === "string" ? spec : JSON.stringify(spec), encoder },
    close: async () => encoder.close?.(),
  };
}

/**
 * Opens the encoder before the data are read, so that a wrong name costs no time, and closes it after the work.
 * @throws as `chooseEncoder`.
 */
export async function withEncoder<Result>(
  spec: GivenSpec,
  options: { readonly cache?: string | boolean | undefined },
  work: (choice: EncoderChoice) => Promise<Result>,
): Promise<Result> {
  const encoder = await chooseEncoder(spec, options);
  try {
    return await work(encoder.choice);
  } finally {
    await encoder.close();
  }
}

/** A report gives an encoder with options as a JSON object, to be pasted again. */
function parsedSpec(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch (cause) {
    throw new UsageError({
      problem: "starts like a JSON object, but is none",
      where: "--encoder",
      mend: 'Write a name, or an object in quotes: --encoder \'{"kind": "ngram", "dimensions": 64}\'',
      cause,
    });
  }
}

function isJson(spec: NonNullable<GivenSpec>): spec is string {
  return typeof spec === "string" && spec.startsWith("{");
}
