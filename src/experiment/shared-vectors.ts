/** Vectors as worker threads can take them, and of which encoder they are. */
import type { EncoderFingerprint } from "../core/encoder.ts";
import type { Matrix32 } from "../math/matrix.ts";

export interface SharedVectors {
  readonly vectors: Matrix32;
  readonly fingerprint: EncoderFingerprint;
}
