// @ts-nocheck: AssemblyScript, compiled by scripts/build-kernels.mjs
import { exponential } from "./exponential";

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
