// @ts-nocheck: AssemblyScript, compiled by scripts/build-kernels.mjs
/**
 * Dot products of rows quantised to 16-bit integers: exact in 32 bits, twice as fast as floats.
 * Rows are padded with zeros to a multiple of 16; `stride` is in bytes. The caller keeps |a_i|·|b_j| below 2^31.
 */

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

function sumLanes4(s0: v128, s1: v128, s2: v128, s3: v128): v128 {
  const p = i32x4.add(v128.shuffle<i32>(s0, s1, 0, 4, 1, 5), v128.shuffle<i32>(s0, s1, 2, 6, 3, 7));
  const q = i32x4.add(v128.shuffle<i32>(s2, s3, 0, 4, 1, 5), v128.shuffle<i32>(s2, s3, 2, 6, 3, 7));
  return i32x4.add(v128.shuffle<i32>(p, q, 0, 1, 4, 5), v128.shuffle<i32>(p, q, 2, 3, 6, 7));
}

/** One row against four rows at any addresses. */
export function coarse1x4(a: usize, b0: usize, b1: usize, b2: usize, b3: usize, stride: usize): v128 {
  let s0 = i32x4.splat(0);
  let s1 = i32x4.splat(0);
  let s2 = i32x4.splat(0);
  let s3 = i32x4.splat(0);
  const end = a + stride;
  while (a < end) {
    let x = v128.load(a);
    s0 = i32x4.add(s0, i32x4.dot_i16x8_s(x, v128.load(b0)));
    s1 = i32x4.add(s1, i32x4.dot_i16x8_s(x, v128.load(b1)));
    s2 = i32x4.add(s2, i32x4.dot_i16x8_s(x, v128.load(b2)));
    s3 = i32x4.add(s3, i32x4.dot_i16x8_s(x, v128.load(b3)));
    x = v128.load(a, 16);
    s0 = i32x4.add(s0, i32x4.dot_i16x8_s(x, v128.load(b0, 16)));
    s1 = i32x4.add(s1, i32x4.dot_i16x8_s(x, v128.load(b1, 16)));
    s2 = i32x4.add(s2, i32x4.dot_i16x8_s(x, v128.load(b2, 16)));
    s3 = i32x4.add(s3, i32x4.dot_i16x8_s(x, v128.load(b3, 16)));
    a += 32;
    b0 += 32;
    b1 += 32;
    b2 += 32;
    b3 += 32;
  }
  return sumLanes4(s0, s1, s2, s3);
}

/** Two neighbouring rows against four neighbouring rows. */
function coarse2x4(a0: usize, b0: usize, stride: usize, out: usize, outStride: usize): void {
  let s00 = i32x4.splat(0);
  let s01 = i32x4.splat(0);
  let s02 = i32x4.splat(0);
  let s03 = i32x4.splat(0);
  let s10 = i32x4.splat(0);
  let s11 = i32x4.splat(0);
  let s12 = i32x4.splat(0);
  let s13 = i32x4.splat(0);
  const end = a0 + stride;
  let a1 = a0 + stride;
  let b1 = b0 + stride;
  let b2 = b1 + stride;
  let b3 = b2 + stride;
  while (a0 < end) {
    let x0 = v128.load(a0);
    let x1 = v128.load(a1);
    let y = v128.load(b0);
    s00 = i32x4.add(s00, i32x4.dot_i16x8_s(x0, y));
    s10 = i32x4.add(s10, i32x4.dot_i16x8_s(x1, y));
    y = v128.load(b1);
    s01 = i32x4.add(s01, i32x4.dot_i16x8_s(x0, y));
    s11 = i32x4.add(s11, i32x4.dot_i16x8_s(x1, y));
    y = v128.load(b2);
    s02 = i32x4.add(s02, i32x4.dot_i16x8_s(x0, y));
    s12 = i32x4.add(s12, i32x4.dot_i16x8_s(x1, y));
    y = v128.load(b3);
    s03 = i32x4.add(s03, i32x4.dot_i16x8_s(x0, y));
    s13 = i32x4.add(s13, i32x4.dot_i16x8_s(x1, y));
    x0 = v128.load(a0, 16);
    x1 = v128.load(a1, 16);
    y = v128.load(b0, 16);
    s00 = i32x4.add(s00, i32x4.dot_i16x8_s(x0, y));
    s10 = i32x4.add(s10, i32x4.dot_i16x8_s(x1, y));
    y = v128.load(b1, 16);
    s01 = i32x4.add(s01, i32x4.dot_i16x8_s(x0, y));
    s11 = i32x4.add(s11, i32x4.dot_i16x8_s(x1, y));
    y = v128.load(b2, 16);
    s02 = i32x4.add(s02, i32x4.dot_i16x8_s(x0, y));
    s12 = i32x4.add(s12, i32x4.dot_i16x8_s(x1, y));
    y = v128.load(b3, 16);
    s03 = i32x4.add(s03, i32x4.dot_i16x8_s(x0, y));
    s13 = i32x4.add(s13, i32x4.dot_i16x8_s(x1, y));
    a0 += 32;
    a1 += 32;
    b0 += 32;
    b1 += 32;
    b2 += 32;
    b3 += 32;
  }
  v128.store(out, sumLanes4(s00, s01, s02, s03));
  v128.store(out + outStride, sumLanes4(s10, s11, s12, s13));
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
      coarse2x4(x, b, stride, o, outStride);
      x += 2 * stride;
      o += 2 * outStride;
    }
    if (i < rows) v128.store(o, coarse1x4(x, b, b + stride, b + 2 * stride, b + 3 * stride, stride));
    b += 4 * stride;
    out += 16;
  }
}
