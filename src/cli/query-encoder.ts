/** Texts to the vectors a saved router was fitted on: by the encoder it holds, or by the one it names. */
import type { Encoder } from "../core/encoder.ts";
import { fingerprintText } from "../core/encoder.ts";
import { ArtefactError } from "../core/errors.ts";
import type { FittedRouter } from "../core/fitted-router.ts";
import type { SavedRouter } from "../experiment/artefact.ts";
import { chooseEncoder } from "./encoder-choice.ts";

/** [texts, d]; [texts, 0] for a router that reads none. */
export type QueryVectors = Awaited<ReturnType<Encoder["encode"]>>;

/** @throws ArtefactError when the encoder at hand is not the one the router was fitted with. */
export async function encodeFor(
  saved: Pick<SavedRouter, "fitted" | "encoder" | "encoderSpec">,
  texts: readonly string[],
  options: { readonly cache?: string | boolean | undefined },
  signal: AbortSignal,
): Promise<QueryVectors> {
  if (!saved.fitted.embedding) return { rows: texts.length, cols: 0, data: new Float32Array(0) };
  if (saved.encoder) return saved.encoder.encode(texts, { signal });
  const opened = await chooseEncoder(saved.encoderSpec ?? "ngram", options);
  try {
    if (opened.choice.kind !== "ready")
      throw new ArtefactError({ problem: "the router was saved without its encoder", mend: "Fit and save it again." });
    return await encodeChecked(opened.choice.encoder, saved.fitted, texts, signal);
  } finally {
    await opened.close();
  }
}

function encodeChecked(
  encoder: Encoder,
  fitted: FittedRouter,
  texts: readonly string[],
  signal: AbortSignal,
): Promise<QueryVectors> {
  const wanted = fitted.embedding ? fingerprintText(fitted.embedding) : "";
  const got = fingerprintText(encoder.fingerprint);
  if (wanted !== got) {
    throw new ArtefactError({
      problem: `the router was fitted on vectors of "${wanted}", the encoder gives "${got}"`,
      mend: "Use the encoder the router was fitted with, or fit it again.",
    });
  }
  return encoder.encode(texts, { signal });
}
