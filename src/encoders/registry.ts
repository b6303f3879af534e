/**
 * All encoders by name: the offline one, which has to be fitted on training texts, and three that are ready once
 * opened. A spec is a short text (`ngram`, `transformers:NAME`, `openai:MODEL@BASE_URL`, `file:PATH`) or an object.
 */
import { z } from "zod";
import type { Encoder, EncoderFingerprint } from "../core/encoder.ts";
import { UsageError } from "../core/errors.ts";
import { unknownName } from "../core/near-names.ts";
import { issueWords } from "../core/issue-words.ts";
import { type NgramOptions, ngramOptionsSchema } from "../text/ngram-options.ts";
import { connectOpenAiCompatible, type OpenAiCompatibleContext, openAiCompatibleSchema } from "./openai-compatible.ts";
import { openPrecomputed } from "./precomputed.ts";
import { openTransformers, transformersSchema } from "./transformers.ts";

const ngramSchema = ngramOptionsSchema.extend({ kind: z.literal("ngram") });
const fileSchema = z.strictObject({ kind: z.literal("file"), path: z.string().min(1) });

export const encoderSpecSchema = z.discriminatedUnion("kind", [
  ngramSchema,
  transformersSchema,
  openAiCompatibleSchema,
  fileSchema,
]);

/** What a config may say about an encoder. */
export type EncoderSpec = z.input<typeof encoderSpecSchema>;

/** `fittable`: give the options to `fitNgramEncoder`. `ready`: encode; `cacheable` when its vectors cost something. */
export type OpenedEncoder =
  | { readonly kind: "fittable"; readonly options: NgramOptions }
  | { readonly kind: "ready"; readonly encoder: Encoder; readonly cacheable: boolean };

export interface OpenEncoderContext extends OpenAiCompatibleContext {
  /** The encoder that ready-made vectors must come from. */
  readonly expected?: EncoderFingerprint | undefined;
}

export const encoderKinds = ["ngram", "transformers", "openai", "file"] as const;

/** Opens what the spec names. Throws UsageError, with near names, for a spec that names no encoder. */
export async function openEncoder(
  spec: string | EncoderSpec | Readonly<Record<string, unknown>>,
  context: OpenEncoderContext = {},
): Promise<OpenedEncoder> {
  const parsed = parseEncoderSpec(spec);
  switch (parsed.kind) {
    case "ngram": {
      const { kind: _, ...options } = parsed;
      return { kind: "fittable", options };
    }
    case "transformers":
      return { kind: "ready", encoder: await openTransformers(parsed), cacheable: true };
    case "openai":
      return { kind: "ready", encoder: await connectOpenAiCompatible(parsed, context), cacheable: true };
    case "file":
      return { kind: "ready", encoder: await openPrecomputed(parsed.path, context), cacheable: false };
  }
}

/** The spec with its defaults filled in. Throws UsageError. */
export function parseEncoderSpec(spec: string | EncoderSpec | Readonly<Record<string, unknown>>) {
  const object: Readonly<Record<string, unknown>> = typeof spec === "string" ? fromText(spec) : spec;
  const kind = object["kind"];
  if (!encoderKinds.some((known) => known === kind)) throw unknownName("encoder", String(kind), encoderKinds);
  const parsed = encoderSpecSchema.safeParse(object);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const problem = [issue?.path.join("."), issueWords(issue)].filter(Boolean).join(" ");
  throw new UsageError({ problem, where: `encoder ${String(kind)}`, mend: `Write it as ${forms[kind as Kind]}` });
}

type Kind = (typeof encoderKinds)[number];

const forms: Readonly<Record<Kind, string>> = {
  ngram: "ngram",
  transformers: "transformers:NAME_OR_FOLDER",
  openai: "openai:MODEL@BASE_URL",
  file: "file:PATH.parquet or file:PATH.npy",
};

function fromText(text: string): Record<string, unknown> {
  const colon = text.indexOf(":");
  const kind = colon < 0 ? text : text.slice(0, colon);
  const rest = colon < 0 ? undefined : text.slice(colon + 1);
  if (kind === "transformers") return { kind, model: rest };
  if (kind === "file") return { kind, path: rest };
  if (kind !== "openai") return rest === undefined ? { kind } : { kind, [rest]: true };
  // The last @ before an address: model names may hold one (as in "org@team/model").
  const at = rest?.search(/@(?=https?:\/\/)/) ?? -1;
  return at < 0 ? { kind, model: rest } : { kind, model: rest?.slice(0, at), baseUrl: rest?.slice(at + 1) };
}
