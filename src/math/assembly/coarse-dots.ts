// @ts-nocheck: AssemblyScript, compiled by scripts/build-kernels.mjs
/**
 * Dot products of rows quantised to 16-bit integers: exact in 32 bits, twice as fast as floats.
 * Rows are padded with zeros to a multiple of 16; `stride` is in bytes. The caller keeps |a_i|·|b_j| below 2^31.
 */
import { dots1x4, dots2x4 } from "./dot-tiles";

export function coarse1x1(a: usize, b: usize, stride: usize): i32 {
  let s = i32x4.splat(0);
  let t = i32x4.splat(0);
  const end = a + stride;
  while (a < end) {
    s = i32x4.add(s, i32x4.dot_i16x8_s(v128.load(a), v128.load(b)));
    t = i32x4.add(t, i32x4.dot_i16x8_s(v128.load(a, 16), v128.load(b, 16)));
    a += 32;
    b += 32;
  }
  s = i32x4.add(s, t);
  return i32x4.extract_lane(s, 0) + i32x4.extract_lane(s, 1) + (i32x4.extract_lane(s, 2) + i32x4.extract_lane(s, 3));
}

/** out[i, j] = a_i · b_j for `rows` rows of a, `groups` groups of four rows of b; `outStride` in bytes. */
export function coarseBlock(
  a: usize,
  rows: i32,
  b: usize,
  groups: i32,
  stride: usize,
  out: usize,
  outStride: usize,
): void {
  for (let g = 0; g < groups; g++) {
    let x = a;
    let o = out;
    let i = 0;
    for (; i + 2 <= rows; i += 2) {
      dots2x4<i16>(x, b, stride, o, outStride);
      x += 2 * stride;
      o += 2 * outStride;
    }
    if (i < rows) v128.store(o, dots1x4<i16>(x, b, b + stride, b + 2 * stride, b + 3 * stride, stride));
    b += 4 * stride;
    out += 16;
  }
}
