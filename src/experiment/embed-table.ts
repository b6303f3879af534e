/**
 * Vectors for a comparison. The offline encoder is fitted anew for every seed on that seed's training texts; any other
 * encoder gives each text one vector, computed once before the seeds start.
 */
import type { Encoder, EncodeOptions } from "../core/encoder.ts";
import { DataError } from "../core/errors.ts";
import type { OutcomeTable } from "../core/outcome-table.ts";
import { plural } from "../core/plural.ts";
import { ngramOptionsSchema } from "../text/ngram-options.ts";
import type { NgramOptionsInput } from "../text/ngram-options.ts";
import { fitNgramEncoder } from "../encoders/ngram.ts";
import { selectRows } from "../math/matrix.ts";
import type { Matrix32 } from "../math/matrix.ts";
import type { NamedRouter } from "../routers/registry.ts";
import type { EmbedRows } from "./seed-run.ts";
import type { SharedVectors } from "./shared-vectors.ts";

/** Which encoder: the offline one with its options, one that is ready, or vectors already at hand [n, d]. */
export type EncoderChoice =
  | { readonly kind: "ngram"; readonly options?: NgramOptionsInput }
  | { readonly kind: "ready"; readonly spec: string; readonly encoder: Encoder }
  | { readonly kind: "given"; readonly spec: string; readonly vectors: SharedVectors };

/** What a worker has to know: fit the offline encoder, use the vectors sent along, or embed nothing. */
export type EncoderPlan =
  | { readonly kind: "fit"; readonly options: NgramOptionsInput }
  | { readonly kind: "given" }
  | { readonly kind: "none" };

export interface EmbeddedTable {
  readonly plan: EncoderPlan;
  readonly vectors: SharedVectors | undefined;
}

/** The plan for a comparison; encodes all prompts now when the encoder is not one that is fitted per seed. */
export async function embedTable(
  table: OutcomeTable,
  choice: EncoderChoice,
  routers: readonly NamedRouter[],
  {
    signal,
    onProgress,
  }: {
    readonly signal?: AbortSignal | undefined;
    readonly onProgress?: ((done: number, total: number, what: string) => void) | undefined;
  },
): Promise<EmbeddedTable> {
  if (!routers.some(({ router }) => router.needs.embeddings)) return { plan: { kind: "none" }, vectors: undefined };
  if (choice.kind === "ngram") {
    return { plan: { kind: "fit", options: ngramOptionsSchema.parse(choice.options ?? {}) }, vectors: undefined };
  }
  if (choice.kind === "given") {
    if (choice.vectors.vectors.rows !== table.prompts.length) {
      throw new DataError({
        problem: `${plural(choice.vectors.vectors.rows, "vector")} for ${plural(table.prompts.length, "prompt")}`,
        where: choice.spec,
      });
    }
    return { plan: { kind: "given" }, vectors: choice.vectors };
  }
  const vectors = await encodeDistinct(choice.encoder, table.prompts, {
    signal,
    onProgress: (done, total) => onProgress?.(done, total, "prompts encoded"),
  });
  return { plan: { kind: "given" }, vectors: { vectors, fingerprint: choice.encoder.fingerprint } };
}

/** The embedding step of one seed under a plan. */
export function planEmbedding(
  table: OutcomeTable,
  plan: EncoderPlan,
  vectors: SharedVectors | undefined,
  seed: number,
  signal?: AbortSignal,
): EmbedRows {
  return async (trainRows) => {
    if (plan.kind !== "fit") {
      if (!vectors) throw new DataError({ problem: "a router needs vectors and none were made" });
      return { vectors: vectors.vectors, encoder: { fingerprint: vectors.fingerprint } };
    }
    const texts = Array.from(trainRows, (r) => table.prompts[r]!);
    const { encoder } = await fitNgramEncoder(texts, plan.options, { seed, signal });
    return { vectors: await encodeDistinct(encoder, table.prompts, { signal }), encoder };
  };
}

/** Encodes every distinct text once. [texts.length, d] */
export async function encodeDistinct(
  encoder: Encoder,
  texts: readonly string[],
  options: EncodeOptions,
): Promise<Matrix32> {
  const distinct = [...new Set(texts)];
  const vectors = await encoder.encode(distinct, options);
  if (distinct.length === texts.length) return vectors;
  const position = new Map(distinct.map((text, i) => [text, i]));
  return selectRows(
    vectors,
    Array.from(texts, (text) => position.get(text)!),
  );
}
