/** Texts to the vectors a saved router was fitted on: by the encoder it holds, or by the one it names. */
import type { Encoder } from "../core/encoder.ts";
import { fingerprintText } from "../core/encoder.ts";
import { ArtefactError } from "../core/errors.ts";
import type { FittedRouter } from "../core/fitted-router.ts";
import type { SavedRouter } from "../experiment/artefact.ts";
import { chooseEncoder } from "../experiment/choose-encoder.ts";

/** [texts, d]; [texts, 0] for a router that reads none. */
export type QueryVectors = Awaited<ReturnType<Encoder["encode"]>>;

/** What of a saved router says which encoder it needs; plain data. */
export interface SavedEncoder extends Pick<SavedRouter, "encoderSpec"> {
  readonly embedding: FittedRouter["embedding"];
}

/** @throws ArtefactError when the encoder at hand is not the one the router was fitted with. */
export async function encodeFor(
  saved: Pick<SavedRouter, "fitted" | "encoder" | "encoderSpec">,
  texts: readonly string[],
  options: { readonly cache?: string | boolean | undefined },
  signal: AbortSignal,
): Promise<QueryVectors> {
  if (!saved.fitted.embedding) return { rows: texts.length, cols: 0, data: new Float32Array(0) };
  if (saved.encoder) return saved.encoder.encode(texts, { signal });
  const opened = await openNamedEncoder({ ...saved, embedding: saved.fitted.embedding }, options);
  try {
    return await opened.encoder.encode(texts, { signal });
  } finally {
    await opened.close();
  }
}

/** The encoder that a saved router names, open until it is closed. @throws as `encodeFor`, and as opening it does. */
export async function openNamedEncoder(
  { encoderSpec, embedding }: SavedEncoder,
  options: { readonly cache?: string | boolean | undefined },
): Promise<{ readonly encoder: Encoder; close(): Promise<void> }> {
  const chosen = await chooseEncoder(encoderSpec ?? "ngram", options);
  const { choice } = chosen;
  try {
    if (choice.kind !== "ready")
      throw new ArtefactError({ problem: "the router was saved without its encoder", mend: "Fit and save it again." });
    requireFingerprint(choice.encoder, embedding);
    return { encoder: choice.encoder, close: () => chosen.close() };
  } catch (error) {
    await chosen.close();
    throw error;
  }
}

function requireFingerprint(encoder: Encoder, embedding: FittedRouter["embedding"]): void {
  const wanted = embedding ? fingerprintText(embedding) : "";
  const got = fingerprintText(encoder.fingerprint);
  if (wanted === got) return;
  throw new ArtefactError({
    problem: `the router was fitted on vectors of "${wanted}", the encoder gives "${got}"`,
    mend: "Use the encoder the router was fitted with, or fit it again.",
  });
}
