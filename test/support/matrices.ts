/** Matrices as tests write them. */
import type { FloatArray, Matrix, Matrix32 } from "../../src/math/matrix.ts";

/** The same numbers in single precision. */
export function toMatrix32(m: Matrix<FloatArray>): Matrix32 {
  return { rows: m.rows, cols: m.cols, data: Float32Array.from(m.data) };
}
