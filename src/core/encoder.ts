/**
 * The encoder contract: texts in, unit-length vectors out. Fitting (the offline encoder) sees training texts only.
 * A text that cannot be encoded is an error for that text, never a zero vector.
 */
import type { Matrix32 } from "../math/matrix.ts";

/** Everything that decides a vector. Vectors of different fingerprints never meet. */
export interface EncoderFingerprint {
  readonly provider: "ngram" | "transformers" | "openai" | "precomputed";
  readonly model: string;
  readonly revision: string;
  readonly dimensions: number;
  /** e.g. "head 2/3 + tail 1/3 of 25000 characters" or "none" */
  readonly truncation: string;
  readonly pooling: string;
  readonly normalised: boolean;
  readonly instruction: string;
}

export interface EncodeOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** An encoder ready to use: fitted, loaded, or connected. */
export interface Encoder {
  readonly fingerprint: EncoderFingerprint;
  /** [texts.length, d] unit-length rows. */
  encode(texts: readonly string[], options?: EncodeOptions): Promise<Matrix32>;
  /** [d] one text, synchronously, where the encoder can (the offline one); used by the gateway's hot path. */
  encodeOne?(text: string): Float32Array;
  /** Plain data to store in a router artefact, when the encoder is fitted. */
  readonly state?: object;
  close?(): Promise<void>;
}

/** A short stable string of a fingerprint, for cache keys and messages. */
export function fingerprintText(f: EncoderFingerprint): string {
  return [f.provider, f.model, f.revision, f.dimensions, f.truncation, f.pooling, f.normalised, f.instruction].join(
    "|",
  );
}
