/**
 * The dot-product kernels in plain typed arrays: the oracle of the WebAssembly kernels, and what runs where they cannot.
 * Every sum is taken in the kernels' order and rounded to single precision after each step, so both give the same bits.
 */
import type { Matrix32 } from "./matrix.ts";
import { matrix32 } from "./matrix.ts";

/** Products of all rows of a [n, d] with all rows of b [k, d]. [n, k] */
export function dotsTwin(a: Matrix32, b: Matrix32): Matrix32 {
  const out = matrix32(a.rows, b.rows);
  for (let i = 0; i < a.rows; i++) {
    for (let j = 0; j < b.rows; j++) {
      out.data[i * b.rows + j] = dotTwin(a.data, i * a.cols, b.data, j * b.cols, a.cols);
    }
  }
  return out;
}

/** The product of two stretches of `length` floats, in the kernels' order: lane p mod 4, then (0+2)+(1+3). */
export function dotTwin(a: Float32Array, aStart: number, b: Float32Array, bStart: number, length: number): number {
  const round = Math.fround;
  const whole = length & ~3;
  let lane0 = 0;
  let lane1 = 0;
  let lane2 = 0;
  let lane3 = 0;
  for (let p = 0; p < whole; p += 4) {
    lane0 = round(lane0 + round(a[aStart + p]! * b[bStart + p]!));
    lane1 = round(lane1 + round(a[aStart + p + 1]! * b[bStart + p + 1]!));
    lane2 = round(lane2 + round(a[aStart + p + 2]! * b[bStart + p + 2]!));
    lane3 = round(lane3 + round(a[aStart + p + 3]! * b[bStart + p + 3]!));
  }
  if (whole < length) lane0 = round(lane0 + round(a[aStart + whole]! * b[bStart + whole]!));
  if (whole + 1 < length) lane1 = round(lane1 + round(a[aStart + whole + 1]! * b[bStart + whole + 1]!));
  if (whole + 2 < length) lane2 = round(lane2 + round(a[aStart + whole + 2]! * b[bStart + whole + 2]!));
  return round(round(lane0 + lane2) + round(lane1 + lane3));
}

/** Σ values[e] · row indices[e] of `dense`, summed in the order of the entries. [dense.cols] */
export function gatherTwin(dense: Matrix32, indices: Int32Array, values: Float32Array, count: number): Float32Array {
  const out = new Float32Array(dense.cols);
  for (let e = 0; e < count; e++) {
    const start = indices[e]! * dense.cols;
    const value = values[e]!;
    for (let c = 0; c < dense.cols; c++) out[c] = out[c]! + Math.fround(value * dense.data[start + c]!);
  }
  return out;
}
