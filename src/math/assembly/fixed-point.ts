// @ts-nocheck: AssemblyScript, compiled by scripts/build-kernels.mjs
/** Products of rows rounded to 16-bit integers, each row on a scale of its own: twice as fast as floats, in half the memory. */
import { coarseBlock } from "./coarse-dots";
import { dot1x1 } from "./dot-rows";

/**
 * Rounds every row to the finest scale at which it is no longer than `longest`; units[i] is what 1 stands for in row i,
 * 0 for a row of zeros. The caller sees to it that lengths multiplied stay below 2^31.
 */
export function fixRows(
  source: usize,
  n: i32,
  stride: i32,
  out: usize,
  fixedStride: i32,
  units: usize,
  longest: f32,
): void {
  const bytes = <usize>stride * 4;
  for (let i = 0; i < n; i++) {
    let most = f32x4.splat(0);
    for (let p: usize = 0; p < bytes; p += 32) {
      most = f32x4.max(most, f32x4.max(f32x4.abs(v128.load(source + p)), f32x4.abs(v128.load(source + p, 16))));
    }
    const largest = max<f32>(
      max<f32>(f32x4.extract_lane(most, 0), f32x4.extract_lane(most, 1)),
      max<f32>(f32x4.extract_lane(most, 2), f32x4.extract_lane(most, 3)),
    );
    const length = sqrt<f32>(dot1x1(source, source, bytes));
    const scale = length > 0 ? min<f32>(32767 / largest, longest / length) : 0;
    store<f32>(units, scale > 0 ? 1 / scale : 0);
    roundRow(source, bytes, out, <usize>fixedStride * 2, f32x4.splat(scale));
    source += bytes;
    out += <usize>fixedStride * 2;
    units += 4;
  }
}

/** The floats at source, `bytes` of them, times scale as 16-bit integers; zeros up to fixedBytes. */
function roundRow(source: usize, bytes: usize, out: usize, fixedBytes: usize, scale: v128): void {
  let p: usize = 0;
  for (; p < bytes; p += 32) {
    const low = i32x4.trunc_sat_f32x4_s(f32x4.nearest(f32x4.mul(v128.load(source + p), scale)));
    const high = i32x4.trunc_sat_f32x4_s(f32x4.nearest(f32x4.mul(v128.load(source + p, 16), scale)));
    v128.store(out + p / 2, i16x8.narrow_i32x4_s(low, high));
  }
  for (p /= 2; p < fixedBytes; p += 16) v128.store(out + p, i32x4.splat(0));
}

/** out[i, j] = a_i · b_j as floats, for rows of fixRows; k a multiple of 4, fixedStride of 16, outStride in floats. */
export function fixedProducts(
  a: usize,
  aUnits: usize,
  n: i32,
  b: usize,
  bUnits: usize,
  k: i32,
  fixedStride: i32,
  out: usize,
  outStride: i32,
): void {
  const rowBytes = <usize>outStride * 4;
  coarseBlock(a, n, b, k / 4, <usize>fixedStride * 2, out, rowBytes);
  for (let i = 0; i < n; i++) {
    const unit = f32x4.splat(load<f32>(aUnits + <usize>i * 4));
    for (let p: usize = 0; p < <usize>k * 4; p += 16) {
      const product = f32x4.convert_i32x4_s(v128.load(out + p));
      v128.store(out + p, f32x4.mul(f32x4.mul(product, unit), v128.load(bUnits + p)));
    }
    out += rowBytes;
  }
}

/** Column i of rows [k, stride] times units[i], in place. */
export function scaleColumns(rows: usize, k: i32, stride: i32, units: usize): void {
  const bytes = <usize>stride * 4;
  for (let j = 0; j < k; j++) {
    for (let p: usize = 0; p < bytes; p += 16) {
      v128.store(rows + p, f32x4.mul(v128.load(rows + p), v128.load(units + p)));
    }
    rows += bytes;
  }
}

/**
 * out[j, c] = Σ_i a[j, i] · b[i, c] for rows of fixRows: a [k, n] on units, k a multiple of 4 and n of 2; b [n, d], d a
 * multiple of 8. Two rows of b are taken together, so that one instruction adds what both give to four sums; eight
 * columns of them at a time are packed [n · 8] at `packed`, which stays in the L1 cache while all of a passes by.
 */
export function fixedSums(
  a: usize,
  aUnits: usize,
  k: i32,
  aStride: i32,
  b: usize,
  n: i32,
  bStride: i32,
  d: i32,
  packed: usize,
  out: usize,
  outStride: i32,
): void {
  const aBytes = <usize>aStride * 2;
  for (let c = 0; c < d; c += 8) {
    packPairs(b + <usize>c * 2, n, <usize>bStride * 2, packed);
    for (let j = 0; j < k; j += 4) {
      const o = out + <usize>(j * outStride + c) * 4;
      sumTile(a + <usize>j * aBytes, aUnits + <usize>j * 4, aBytes, packed, n, o, <usize>outStride * 4);
    }
  }
}

/** Eight columns of n rows, the entries of rows 2i and 2i + 1 side by side. */
function packPairs(b: usize, n: i32, bytes: usize, out: usize): void {
  for (let i = 0; i < n; i += 2) {
    const even = v128.load(b);
    const odd = v128.load(b + bytes);
    v128.store(out, v128.shuffle<i16>(even, odd, 0, 8, 1, 9, 2, 10, 3, 11));
    v128.store(out, v128.shuffle<i16>(even, odd, 4, 12, 5, 13, 6, 14, 7, 15), 16);
    b += 2 * bytes;
    out += 32;
  }
}

/** Four rows of a by eight packed columns. */
function sumTile(a0: usize, units: usize, aBytes: usize, packed: usize, n: i32, out: usize, outBytes: usize): void {
  let s00 = i32x4.splat(0);
  let s01 = i32x4.splat(0);
  let s10 = i32x4.splat(0);
  let s11 = i32x4.splat(0);
  let s20 = i32x4.splat(0);
  let s21 = i32x4.splat(0);
  let s30 = i32x4.splat(0);
  let s31 = i32x4.splat(0);
  const a1 = a0 + aBytes;
  const a2 = a1 + aBytes;
  const a3 = a2 + aBytes;
  for (let p: usize = 0; p < <usize>n * 2; p += 4) {
    const low = v128.load(packed);
    const high = v128.load(packed, 16);
    let pair = v128.load32_splat(a0 + p);
    s00 = i32x4.add(s00, i32x4.dot_i16x8_s(low, pair));
    s01 = i32x4.add(s01, i32x4.dot_i16x8_s(high, pair));
    pair = v128.load32_splat(a1 + p);
    s10 = i32x4.add(s10, i32x4.dot_i16x8_s(low, pair));
    s11 = i32x4.add(s11, i32x4.dot_i16x8_s(high, pair));
    pair = v128.load32_splat(a2 + p);
    s20 = i32x4.add(s20, i32x4.dot_i16x8_s(low, pair));
    s21 = i32x4.add(s21, i32x4.dot_i16x8_s(high, pair));
    pair = v128.load32_splat(a3 + p);
    s30 = i32x4.add(s30, i32x4.dot_i16x8_s(low, pair));
    s31 = i32x4.add(s31, i32x4.dot_i16x8_s(high, pair));
    packed += 32;
  }
  storeSums(out, s00, s01, load<f32>(units));
  storeSums(out + outBytes, s10, s11, load<f32>(units, 4));
  storeSums(out + 2 * outBytes, s20, s21, load<f32>(units, 8));
  storeSums(out + 3 * outBytes, s30, s31, load<f32>(units, 12));
}

function storeSums(out: usize, low: v128, high: v128, unit: f32): void {
  const units = f32x4.splat(unit);
  v128.store(out, f32x4.mul(f32x4.convert_i32x4_s(low), units));
  v128.store(out, f32x4.mul(f32x4.convert_i32x4_s(high), units), 16);
}
