// @ts-nocheck: AssemblyScript, compiled by scripts/build-kernels.mjs
/**
 * Rounds rows of floats to 16-bit integers, `scale` units to one; pads the rows to coarseStride (a multiple of 16).
 * Gives the largest squared length of a rounding error. Values beyond ±32767 units saturate.
 */
export function quantiseRows(source: usize, n: i32, stride: i32, out: usize, coarseStride: i32, scale: f32): f32 {
  const factor = f32x4.splat(scale);
  const inverse = f32x4.splat(1 / scale);
  let largest: f32 = 0;
  for (let i = 0; i < n; i++) {
    let error = f32x4.splat(0);
    let o = out + <usize>(i * coarseStride) * 2;
    const end = o + <usize>coarseStride * 2;
    const stop = source + <usize>stride * 4;
    while (source < stop) {
      const x0 = v128.load(source);
      const x1 = v128.load(source, 16);
      const q0 = f32x4.nearest(f32x4.mul(x0, factor));
      const q1 = f32x4.nearest(f32x4.mul(x1, factor));
      const e0 = f32x4.sub(x0, f32x4.mul(q0, inverse));
      const e1 = f32x4.sub(x1, f32x4.mul(q1, inverse));
      error = f32x4.add(error, f32x4.add(f32x4.mul(e0, e0), f32x4.mul(e1, e1)));
      v128.store(o, i16x8.narrow_i32x4_s(i32x4.trunc_sat_f32x4_s(q0), i32x4.trunc_sat_f32x4_s(q1)));
      source += 32;
      o += 16;
    }
    while (o < end) {
      v128.store(o, i32x4.splat(0));
      o += 16;
    }
    largest = max<f32>(
      largest,
      f32x4.extract_lane(error, 0) +
        f32x4.extract_lane(error, 1) +
        f32x4.extract_lane(error, 2) +
        f32x4.extract_lane(error, 3),
    );
  }
  return largest;
}
