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
