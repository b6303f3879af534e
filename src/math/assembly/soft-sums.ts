// @ts-nocheck: AssemblyScript, compiled by scripts/build-kernels.mjs
/** Weights e^(rate · (product − largest)) of all rows of a rough scan, and what they come to. */
import { exponential } from "./exponential";

/** The largest of n products; n at least 1. */
export function largestProduct(products: usize, n: i32): i32 {
  let largest = load<i32>(products);
  let lanes = i32x4.splat(largest);
  let i = 0;
  for (; i + 4 <= n; i += 4) lanes = i32x4.max_s(lanes, v128.load(products + <usize>i * 4));
  for (; i < n; i++) largest = max<i32>(largest, load<i32>(products + <usize>i * 4));
  largest = max<i32>(largest, max<i32>(i32x4.extract_lane(lanes, 0), i32x4.extract_lane(lanes, 1)));
  return max<i32>(largest, max<i32>(i32x4.extract_lane(lanes, 2), i32x4.extract_lane(lanes, 3)));
}

/**
 * Stores Σ w and Σ w·y in double precision at `out`, over the rows whose outcome y is not NaN. Reads products and outcomes
 * in fours: those of the last rows, short of four, must be there, their outcomes NaN.
 */
export function softSums(products: usize, n: i32, largest: i32, rate: f32, outcomes: usize, out: usize): void {
  const tops = i32x4.splat(largest);
  const rates = f32x4.splat(rate);
  let all = f64x2.splat(0);
  let won = f64x2.splat(0);
  for (let p: usize = 0; p < <usize>n * 4; p += 16) {
    const below = f32x4.convert_i32x4_s(i32x4.sub(v128.load(products + p), tops));
    const y = v128.load(outcomes + p);
    const known = f32x4.eq(y, y);
    const weight = v128.and(exponential(f32x4.mul(below, rates)), known);
    const share = f32x4.mul(weight, v128.and(y, known));
    all = f64x2.add(all, sumOfHalves(weight));
    won = f64x2.add(won, sumOfHalves(share));
  }
  store<f64>(out, f64x2.extract_lane(all, 0) + f64x2.extract_lane(all, 1));
  store<f64>(out, f64x2.extract_lane(won, 0) + f64x2.extract_lane(won, 1), 8);
}

/** Lanes 0 and 2, lanes 1 and 3, in double precision. */
function sumOfHalves(x: v128): v128 {
  return f64x2.add(f64x2.promote_low_f32x4(x), f64x2.promote_low_f32x4(v128.shuffle<i32>(x, x, 2, 3, 2, 3)));
}
