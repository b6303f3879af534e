// @ts-nocheck: AssemblyScript, compiled by scripts/build-kernels.mjs
/** e^x of four floats by Cephes' expf: reduced to ±½·log 2, a polynomial, and the power of two put back. */
function exponential(value: v128): v128 {
  const x = f32x4.max(f32x4.min(value, f32x4.splat(87)), f32x4.splat(-87));
  const n = f32x4.nearest(f32x4.mul(x, f32x4.splat(1.4426950408889634)));
  const r = f32x4.add(f32x4.sub(x, f32x4.mul(n, f32x4.splat(0.693359375))), f32x4.mul(n, f32x4.splat(2.1219444e-4)));
  let y = f32x4.splat(1.98756915e-4);
  y = f32x4.add(f32x4.mul(y, r), f32x4.splat(1.3981999507e-3));
  y = f32x4.add(f32x4.mul(y, r), f32x4.splat(8.3334519073e-3));
  y = f32x4.add(f32x4.mul(y, r), f32x4.splat(4.1665795894e-2));
  y = f32x4.add(f32x4.mul(y, r), f32x4.splat(1.6666665459e-1));
  y = f32x4.add(f32x4.mul(y, r), f32x4.splat(5.0000001201e-1));
  y = f32x4.add(f32x4.add(f32x4.mul(y, f32x4.mul(r, r)), r), f32x4.splat(1));
  const power = i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(n), i32x4.splat(127)), 23);
  return f32x4.mul(y, power);
}

/**
 * Logits [rows, stride], stride a multiple of 4, become weight · (σ(logit + bias) − target), 0 where the target is NaN;
 * sums[row] is their sum, element p in lane p mod 4, lanes added as (0+2)+(1+3).
 */
export function logisticSlopes(
  logits: usize,
  targets: usize,
  rows: i32,
  stride: i32,
  bias: usize,
  weight: f32,
  sums: usize,
): void {
  const one = f32x4.splat(1);
  const weights = f32x4.splat(weight);
  const bytes = <usize>stride * 4;
  for (let i: usize = 0; i < <usize>rows; i++) {
    const offset = f32x4.splat(load<f32>(bias + i * 4));
    let sum = f32x4.splat(0);
    for (let p: usize = 0; p < bytes; p += 16) {
      const z = f32x4.add(v128.load(logits + p), offset);
      const y = v128.load(targets + p);
      const chance = f32x4.div(one, f32x4.add(one, exponential(f32x4.neg(z))));
      const slope = v128.and(f32x4.mul(weights, f32x4.sub(chance, y)), f32x4.eq(y, y));
      v128.store(logits + p, slope);
      sum = f32x4.add(sum, slope);
    }
    store<f32>(
      sums + i * 4,
      f32x4.extract_lane(sum, 0) +
        f32x4.extract_lane(sum, 2) +
        (f32x4.extract_lane(sum, 1) + f32x4.extract_lane(sum, 3)),
    );
    logits += bytes;
    targets += bytes;
  }
}
