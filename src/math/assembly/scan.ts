// @ts-nocheck: AssemblyScript, compiled by scripts/build-kernels.mjs
/** One query against many rows: roughly in 16 bits, then exactly for the rows of a list. */
import { coarse1x1 } from "./coarse-dots";
import { dot1x1 } from "./dot-rows";
import { dots1x4 } from "./dot-tiles";

/** out[i] = query · row i of 16-bit rows [n, stride]; stride a multiple of 16. */
export function coarseScan(rows: usize, n: i32, stride: i32, query: usize, out: usize): void {
  const bytes = <usize>stride * 2;
  let i = 0;
  for (; i + 4 <= n; i += 4) {
    const row = rows + <usize>i * bytes;
    v128.store(out + <usize>i * 4, dots1x4<i16>(query, row, row + bytes, row + 2 * bytes, row + 3 * bytes, bytes));
  }
  for (; i < n; i++) store<i32>(out + <usize>i * 4, coarse1x1(query, rows + <usize>i * bytes, bytes));
}

/** out[e] = query · row list[e], the bits of dotRows. */
export function dotList(rows: usize, stride: i32, query: usize, list: usize, count: i32, out: usize): void {
  const bytes = <usize>stride * 4;
  for (let e: usize = 0; e < <usize>count; e++) {
    store<f32>(out + e * 4, dot1x1(query, rows + <usize>load<i32>(list + e * 4) * bytes, bytes));
  }
}

/** 2^20 units to a step: a thousandth of the largest product there is. `counts` has room for 4096 steps. */
const stepBits = 20;
const steps = 1 << (32 - stepBits);

/**
 * Lists, in order, rows among which are all whose rough product is at most `margin` units below the k-th largest, and
 * gives their number. Counting products by steps finds the step of the k-th largest without sorting a row.
 */
export function leadingRows(products: usize, n: i32, k: i32, margin: f64, counts: usize, list: usize): i32 {
  const limit = Math.max(
    <f64>stepReachedBy(products, n, k, counts) * <f64>(1 << stepBits) - margin,
    <f64>i32.MIN_VALUE,
  );
  const least = <i32>Math.floor(limit);
  const leasts = i32x4.splat(least);
  let count = 0;
  let i = 0;
  for (; i + 4 <= n; i += 4) {
    let mask = i32x4.bitmask(i32x4.ge_s(v128.load(products + <usize>i * 4), leasts));
    while (mask != 0) {
      store<i32>(list + <usize>count * 4, i + ctz<i32>(mask));
      count++;
      mask &= mask - 1;
    }
  }
  for (; i < n; i++) {
    if (load<i32>(products + <usize>i * 4) < least) continue;
    store<i32>(list + <usize>count * 4, i);
    count++;
  }
  return count;
}

/** The highest step that k products reach or pass. */
function stepReachedBy(products: usize, n: i32, k: i32, counts: usize): i32 {
  for (let c: usize = 0; c < <usize>steps * 4; c += 16) v128.store(counts + c, i32x4.splat(0));
  for (let i: usize = 0; i < <usize>n * 4; i += 4) {
    const at = counts + <usize>(((load<i32>(products + i) >> stepBits) + steps / 2) << 2);
    store<i32>(at, load<i32>(at) + 1);
  }
  let step = steps - 1;
  let reached = load<i32>(counts + <usize>step * 4);
  while (reached < k && step > 0) {
    step--;
    reached += load<i32>(counts + <usize>step * 4);
  }
  return step - steps / 2;
}
