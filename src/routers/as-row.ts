/** One query as a matrix, for what is written for many. */
import type { Matrix32 } from "../math/matrix.ts";

/** One query's [1, d] matrix. */
export function asRow(embedding: Float32Array): Matrix32 {
  return { rows: 1, cols: embedding.length, data: embedding };
}
