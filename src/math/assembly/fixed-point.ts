// @ts-nocheck: AssemblyScript, compiled by scripts/build-kernels.mjs
/** Products of rows rounded to 16-bit integers, each row on a scale of its own: twice as fast as floats, in half the memory. */
import { coarseBlock } from "./coarse-dots";
import { dot1x1 } from "./dot-rows";
import { quantiseRows } from "./quantise";

/** The longest a row may be, in its own units: the product of two such stays below 2^31, rounding included. */
const LONGEST: f32 = 46000;

/** Rounds every row to the finest scale that fits; units[i] is what 1 stands for in row i, 0 for a row of zeros. */
export function fixRows(source: usize, n: i32, stride: i32, out: usize, fixedStride: i32, units: usize): void {
  const bytes = <usize>stride * 4;
  for (let i = 0; i < n; i++) {
    let most = f32x4.splat(0);
    for (let p: usize = 0; p < bytes; p += 16) most = f32x4.max(most, f32x4.abs(v128.load(source + p)));
    const largest = max<f32>(
      max<f32>(f32x4.extract_lane(most, 0), f32x4.extract_lane(most, 1)),
      max<f32>(f32x4.extract_lane(most, 2), f32x4.extract_lane(most, 3)),
    );
    const length = sqrt<f32>(dot1x1(source, source, bytes));
    const scale = length > 0 ? min<f32>(32767 / largest, LONGEST / length) : 0;
    store<f32>(units, scale > 0 ? 1 / scale : 0);
    quantiseRows(source, 1, stride, out, fixedStride, scale);
    source += bytes;
    out += <usize>fixedStride * 2;
    units += 4;
  }
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
