// @ts-nocheck: AssemblyScript, compiled by scripts/build-kernels.mjs
/** One query against many rows: roughly in 16 bits, then exactly for the rows of a list. */
import { dot1x1 } from "./dot-rows";
import { dots1x4 } from "./dot-tiles";

/** Rows of a block: one to a 32-bit lane of eight registers. */
const blockRows = 32;

/**
 * Puts the 16-bit rows of one block [32, pairs of numbers] in the order coarseScan reads them in: the first pair of every
 * row, the second pair of every row, … So a lane sums one row, and nothing is added across lanes.
 */
export function interleaveBlock(rows: usize, pairs: i32, out: usize): void {
  for (let r: usize = 0; r < <usize>blockRows; r++) {
    for (let p: usize = 0; p < <usize>pairs; p++) {
      store<i32>(out + (p * blockRows + r) * 4, load<i32>(rows));
      rows += 4;
    }
  }
}

/**
 * out[i] = query · row i for `blocks` blocks of interleaved 16-bit rows; an even number of pairs. The time goes into the
 * instructions, not the memory, so each number costs as few as can be: a load, a product, a sum for eight of them.
 */
export function coarseScan(rows: usize, blocks: i32, pairs: i32, query: usize, out: usize): void {
  const end = query + <usize>pairs * 4;
  for (let g = 0; g < blocks; g++) {
    let s0 = i32x4.splat(0);
    let s1 = i32x4.splat(0);
    let s2 = i32x4.splat(0);
    let s3 = i32x4.splat(0);
    let s4 = i32x4.splat(0);
    let s5 = i32x4.splat(0);
    let s6 = i32x4.splat(0);
    let s7 = i32x4.splat(0);
    for (let q = query; q < end; q += 8) {
      let x = v128.load32_splat(q);
      s0 = i32x4.add(s0, i32x4.dot_i16x8_s(x, v128.load(rows)));
      s1 = i32x4.add(s1, i32x4.dot_i16x8_s(x, v128.load(rows, 16)));
      s2 = i32x4.add(s2, i32x4.dot_i16x8_s(x, v128.load(rows, 32)));
      s3 = i32x4.add(s3, i32x4.dot_i16x8_s(x, v128.load(rows, 48)));
      s4 = i32x4.add(s4, i32x4.dot_i16x8_s(x, v128.load(rows, 64)));
      s5 = i32x4.add(s5, i32x4.dot_i16x8_s(x, v128.load(rows, 80)));
      s6 = i32x4.add(s6, i32x4.dot_i16x8_s(x, v128.load(rows, 96)));
      s7 = i32x4.add(s7, i32x4.dot_i16x8_s(x, v128.load(rows, 112)));
      x = v128.load32_splat(q, 4);
      s0 = i32x4.add(s0, i32x4.dot_i16x8_s(x, v128.load(rows, 128)));
      s1 = i32x4.add(s1, i32x4.dot_i16x8_s(x, v128.load(rows, 144)));
      s2 = i32x4.add(s2, i32x4.dot_i16x8_s(x, v128.load(rows, 160)));
      s3 = i32x4.add(s3, i32x4.dot_i16x8_s(x, v128.load(rows, 176)));
      s4 = i32x4.add(s4, i32x4.dot_i16x8_s(x, v128.load(rows, 192)));
      s5 = i32x4.add(s5, i32x4.dot_i16x8_s(x, v128.load(rows, 208)));
      s6 = i32x4.add(s6, i32x4.dot_i16x8_s(x, v128.load(rows, 224)));
      s7 = i32x4.add(s7, i32x4.dot_i16x8_s(x, v128.load(rows, 240)));
      rows += 256;
    }
    v128.store(out, s0);
    v128.store(out, s1, 16);
    v128.store(out, s2, 32);
    v128.store(out, s3, 48);
    v128.store(out, s4, 64);
    v128.store(out, s5, 80);
    v128.store(out, s6, 96);
    v128.store(out, s7, 112);
    out += 128;
  }
}

/** out[e] = query · row list[e], the bits of dotRows; four rows at a time, so that their reads overlap. */
export function dotList(rows: usize, stride: i32, query: usize, list: usize, count: i32, out: usize): void {
  const bytes = <usize>stride * 4;
  let e: usize = 0;
  for (; e + 4 <= <usize>count; e += 4) {
    const at = list + e * 4;
    v128.store(
      out + e * 4,
      dots1x4<f32>(
        query,
        rows + <usize>load<i32>(at) * bytes,
        rows + <usize>load<i32>(at, 4) * bytes,
        rows + <usize>load<i32>(at, 8) * bytes,
        rows + <usize>load<i32>(at, 12) * bytes,
        bytes,
      ),
    );
  }
  for (; e < <usize>count; e++) {
    store<f32>(out + e * 4, dot1x1(query, rows + <usize>load<i32>(list + e * 4) * bytes, bytes));
  }
}

/** 2^20 units to a step: a thousandth of the largest product there is. */
const stepBits = 20;
const steps = 1 << (32 - stepBits);
/** Rows are dealt to so many groups, four neighbours to four of them, so that alike rows, which lie together, part. */
const groups = 256;

/**
 * Lists, in order, rows among which are all whose rough product is at most `margin` units below the k-th largest, and
 * gives their number. k groups have a row that reaches the k-th largest of the groups' maxima: few rows reach that bar,
 * and counting those by steps finds the step of the k-th largest. `scratch` has room for 4096 + 256 + n numbers.
 */
export function leadingRows(products: usize, n: i32, k: i32, margin: f64, scratch: usize, list: usize): i32 {
  if (k > groups || n < groups) {
    return listReaching(products, n, barBelow(stepReachedBy(products, n, k, scratch), margin), list);
  }
  const maxima = scratch + <usize>steps * 4;
  const listed = maxima + <usize>groups * 4;
  groupMaxima(products, n, maxima);
  const count = listReaching(products, n, barBelow(stepReachedBy(maxima, groups, k, scratch), margin), list);
  for (let e: usize = 0; e < <usize>count * 4; e += 4) {
    store<i32>(listed + e, load<i32>(products + ((<usize>load<i32>(list + e)) << 2)));
  }
  const bar = barBelow(stepReachedBy(listed, count, k, scratch), margin);
  let kept: usize = 0;
  for (let e: usize = 0; e < <usize>count * 4; e += 4) {
    if (load<i32>(listed + e) < bar) continue;
    store<i32>(list + kept, load<i32>(list + e));
    kept += 4;
  }
  return <i32>(kept >> 2);
}

/** The product that lies `margin` below where the step begins. */
function barBelow(step: i32, margin: f64): i32 {
  return <i32>Math.floor(Math.max(<f64>step * <f64>(1 << stepBits) - margin, <f64>i32.MIN_VALUE));
}

/** The largest product of each group; the last rows, short of four, are left out. */
function groupMaxima(products: usize, n: i32, maxima: usize): void {
  for (let g: usize = 0; g < <usize>groups * 4; g += 16) v128.store(maxima + g, i32x4.splat(i32.MIN_VALUE));
  for (let i: usize = 0; i + 4 <= <usize>n; i += 4) {
    const at = maxima + ((i & (groups - 1)) << 2);
    v128.store(at, i32x4.max_s(v128.load(at), v128.load(products + i * 4)));
  }
}

/** Lists, in order, the rows whose product is `bar` or more. */
function listReaching(products: usize, n: i32, bar: i32, list: usize): i32 {
  const bars = i32x4.splat(bar);
  let count = 0;
  let i = 0;
  for (; i + 4 <= n; i += 4) {
    let mask = i32x4.bitmask(i32x4.ge_s(v128.load(products + <usize>i * 4), bars));
    while (mask != 0) {
      store<i32>(list + <usize>count * 4, i + ctz<i32>(mask));
      count++;
      mask &= mask - 1;
    }
  }
  for (; i < n; i++) {
    if (load<i32>(products + <usize>i * 4) < bar) continue;
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
