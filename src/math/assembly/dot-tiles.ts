// @ts-nocheck: AssemblyScript, compiled by scripts/build-kernels.mjs
/**
 * Dot products of several rows at once, for both kinds of rows: f32 in single precision, i16 exact in 32 bits.
 * A step reads 32 bytes of every row. `stride` is in bytes, a multiple of 32; pads are zeros.
 */

/** s + x · y lane by lane; neighbouring 16-bit products are added in pairs. */
function plusProducts<T>(s: v128, x: v128, y: v128): v128 {
  if (isFloat<T>()) return f32x4.add(s, f32x4.mul(x, y));
  return i32x4.add(s, i32x4.dot_i16x8_s(x, y));
}

function plus<T>(a: v128, b: v128): v128 {
  if (isFloat<T>()) return f32x4.add(a, b);
  return i32x4.add(a, b);
}

/** Lane sums of four accumulators at once, each as (0+2)+(1+3). */
function sumLanes4<T>(s0: v128, s1: v128, s2: v128, s3: v128): v128 {
  const p = plus<T>(v128.shuffle<i32>(s0, s1, 0, 4, 1, 5), v128.shuffle<i32>(s0, s1, 2, 6, 3, 7));
  const q = plus<T>(v128.shuffle<i32>(s2, s3, 0, 4, 1, 5), v128.shuffle<i32>(s2, s3, 2, 6, 3, 7));
  return plus<T>(v128.shuffle<i32>(p, q, 0, 1, 4, 5), v128.shuffle<i32>(p, q, 2, 3, 6, 7));
}

/** One row against four rows at any addresses. */
export function dots1x4<T>(a: usize, b0: usize, b1: usize, b2: usize, b3: usize, stride: usize): v128 {
  let s0 = i32x4.splat(0);
  let s1 = i32x4.splat(0);
  let s2 = i32x4.splat(0);
  let s3 = i32x4.splat(0);
  const end = a + stride;
  while (a < end) {
    let x = v128.load(a);
    s0 = plusProducts<T>(s0, x, v128.load(b0));
    s1 = plusProducts<T>(s1, x, v128.load(b1));
    s2 = plusProducts<T>(s2, x, v128.load(b2));
    s3 = plusProducts<T>(s3, x, v128.load(b3));
    x = v128.load(a, 16);
    s0 = plusProducts<T>(s0, x, v128.load(b0, 16));
    s1 = plusProducts<T>(s1, x, v128.load(b1, 16));
    s2 = plusProducts<T>(s2, x, v128.load(b2, 16));
    s3 = plusProducts<T>(s3, x, v128.load(b3, 16));
    a += 32;
    b0 += 32;
    b1 += 32;
    b2 += 32;
    b3 += 32;
  }
  return sumLanes4<T>(s0, s1, s2, s3);
}

/** Two neighbouring rows against four neighbouring rows. */
export function dots2x4<T>(a0: usize, b0: usize, stride: usize, out: usize, outStride: usize): void {
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
    s00 = plusProducts<T>(s00, x0, y);
    s10 = plusProducts<T>(s10, x1, y);
    y = v128.load(b1);
    s01 = plusProducts<T>(s01, x0, y);
    s11 = plusProducts<T>(s11, x1, y);
    y = v128.load(b2);
    s02 = plusProducts<T>(s02, x0, y);
    s12 = plusProducts<T>(s12, x1, y);
    y = v128.load(b3);
    s03 = plusProducts<T>(s03, x0, y);
    s13 = plusProducts<T>(s13, x1, y);
    x0 = v128.load(a0, 16);
    x1 = v128.load(a1, 16);
    y = v128.load(b0, 16);
    s00 = plusProducts<T>(s00, x0, y);
    s10 = plusProducts<T>(s10, x1, y);
    y = v128.load(b1, 16);
    s01 = plusProducts<T>(s01, x0, y);
    s11 = plusProducts<T>(s11, x1, y);
    y = v128.load(b2, 16);
    s02 = plusProducts<T>(s02, x0, y);
    s12 = plusProducts<T>(s12, x1, y);
    y = v128.load(b3, 16);
    s03 = plusProducts<T>(s03, x0, y);
    s13 = plusProducts<T>(s13, x1, y);
    a0 += 32;
    a1 += 32;
    b0 += 32;
    b1 += 32;
    b2 += 32;
    b3 += 32;
  }
  v128.store(out, sumLanes4<T>(s00, s01, s02, s03));
  v128.store(out + outStride, sumLanes4<T>(s10, s11, s12, s13));
}
