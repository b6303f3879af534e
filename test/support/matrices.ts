/** Matrices as tests write them. */
import { matrix32 } from "../../src/math/matrix.ts";
import type { FloatArray, Matrix, Matrix32 } from "../../src/math/matrix.ts";
import { seededRandom } from "../../src/math/random.ts";

/** The same numbers in single precision. */
export function toMatrix32(m: Matrix<FloatArray>): Matrix32 {
  return { rows: m.rows, cols: m.cols, data: Float32Array.from(m.data) };
}

/** Standard normal draws; the same seed and shape give the same matrix. */
export function normalMatrix(rows: number, cols: number, seed: number): Matrix32 {
  const random = seededRandom(seed, rows, cols);
  const out = matrix32(rows, cols);
  for (let p = 0; p < out.data.length; p++) out.data[p] = random.normal();
  return out;
}
