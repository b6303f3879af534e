// @ts-nocheck: AssemblyScript, compiled by scripts/build-kernels.mjs
/**
 * Dot products of rows. Rows are padded with zeros to a multiple of 8 floats.
 * The order of summation is the same in every path: element p goes to lane p mod 4, lanes are summed as (0+2)+(1+3).
 * So one dot product has the same bits whether it is computed alone or in a batch.
 */
import { dots1x4, dots2x4 } from "./dot-tiles";

/** Rows of a kept in the L1 cache while all of b passes by. */
const BLOCK: i32 = 16;

function sumLanes(s: v128): f32 {
  return f32x4.extract_lane(s, 0) + f32x4.extract_lane(s, 2) + (f32x4.extract_lane(s, 1) + f32x4.extract_lane(s, 3));
}

export function dot1x1(a: usize, b: usize, stride: usize): f32 {
  let s = f32x4.splat(0);
  const end = a + stride;
  while (a < end) {
    s = f32x4.add(s, f32x4.mul(v128.load(a), v128.load(b)));
    s = f32x4.add(s, f32x4.mul(v128.load(a, 16), v128.load(b, 16)));
    a += 32;
    b += 32;
  }
  return sumLanes(s);
}

/** Dot products of `rows` rows of a with the row group of b starting at column j, four columns or fewer. */
function rowsTimesGroup(
  a: usize,
  rows: i32,
  b: usize,
  columns: i32,
  stride: usize,
  out: usize,
  outStride: usize,
): void {
  let i = 0;
  if (columns == 4) {
    for (; i + 2 <= rows; i += 2) {
      dots2x4<f32>(a + <usize>i * stride, b, stride, out + <usize>i * outStride, outStride);
    }
    if (i < rows) {
      v128.store(
        out + <usize>i * outStride,
        dots1x4<f32>(a + <usize>i * stride, b, b + stride, b + 2 * stride, b + 3 * stride, stride),
      );
    }
    return;
  }
  for (let j = 0; j < columns; j++) {
    const y = b + <usize>j * stride;
    for (i = 0; i + 4 <= rows; i += 4) {
      const x = a + <usize>i * stride;
      const s = dots1x4<f32>(y, x, x + stride, x + 2 * stride, x + 3 * stride, stride);
      const o = out + <usize>i * outStride + <usize>j * 4;
      f32.store(o, f32x4.extract_lane(s, 0));
      f32.store(o + outStride, f32x4.extract_lane(s, 1));
      f32.store(o + 2 * outStride, f32x4.extract_lane(s, 2));
      f32.store(o + 3 * outStride, f32x4.extract_lane(s, 3));
    }
    for (; i < rows; i++) {
      f32.store(out + <usize>i * outStride + <usize>j * 4, dot1x1(a + <usize>i * stride, y, stride));
    }
  }
}

/** out[i, j] = a_i · b_j for a [n, d], b [k, d]; `stride` floats a row of a and b, `outStride` floats a row of out. */
export function dotRows(a: usize, n: i32, b: usize, k: i32, stride: i32, out: usize, outStride: i32): void {
  const rowBytes = <usize>stride * 4;
  const outBytes = <usize>outStride * 4;
  for (let i = 0; i < n; i += BLOCK) {
    const rows = min(BLOCK, n - i);
    for (let j = 0; j < k; j += 4) {
      rowsTimesGroup(
        a + <usize>i * rowBytes,
        rows,
        b + <usize>j * rowBytes,
        min(4, k - j),
        rowBytes,
        out + <usize>i * outBytes + <usize>j * 4,
        outBytes,
      );
    }
  }
}

/** The transpose of [n, stride] into [d, outStride] for the first d columns, 4 × 4 at a time; pads of out are left alone. */
export function transpose(a: usize, n: i32, d: i32, stride: i32, out: usize, outStride: i32): void {
  const rowBytes = <usize>stride * 4;
  const outBytes = <usize>outStride * 4;
  let i = 0;
  for (; i + 4 <= n; i += 4) {
    let j = 0;
    for (; j + 4 <= d; j += 4) {
      const x = a + <usize>i * rowBytes + <usize>j * 4;
      const r0 = v128.load(x);
      const r1 = v128.load(x + rowBytes);
      const r2 = v128.load(x + 2 * rowBytes);
      const r3 = v128.load(x + 3 * rowBytes);
      const t0 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5);
      const t1 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7);
      const t2 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5);
      const t3 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
      const o = out + <usize>j * outBytes + <usize>i * 4;
      v128.store(o, v128.shuffle<f32>(t0, t2, 0, 1, 4, 5));
      v128.store(o + outBytes, v128.shuffle<f32>(t0, t2, 2, 3, 6, 7));
      v128.store(o + 2 * outBytes, v128.shuffle<f32>(t1, t3, 0, 1, 4, 5));
      v128.store(o + 3 * outBytes, v128.shuffle<f32>(t1, t3, 2, 3, 6, 7));
    }
    for (; j < d; j++) {
      for (let r = 0; r < 4; r++) {
        f32.store(
          out + <usize>j * outBytes + <usize>(i + r) * 4,
          f32.load(a + <usize>(i + r) * rowBytes + <usize>j * 4),
        );
      }
    }
  }
  for (; i < n; i++) {
    for (let j = 0; j < d; j++) {
      f32.store(out + <usize>j * outBytes + <usize>i * 4, f32.load(a + <usize>i * rowBytes + <usize>j * 4));
    }
  }
}
