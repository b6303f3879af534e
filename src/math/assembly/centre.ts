// @ts-nocheck: AssemblyScript, compiled by scripts/build-kernels.mjs
/** Column sums and centring, in double precision, rows in order: the bits of a plain loop. */
import { dot1x1 } from "./dot-rows";

/** Adds rows [n, stride] of floats to the doubles at sums [stride]. */
export function columnSums(rows: usize, n: i32, stride: i32, sums: usize): void {
  const bytes = <usize>stride * 4;
  for (let i = 0; i < n; i++) {
    for (let p: usize = 0; p < bytes; p += 16) {
      const x = v128.load(rows + p);
      const o = sums + 2 * p;
      v128.store(o, f64x2.add(v128.load(o), f64x2.promote_low_f32x4(x)));
      const high = f64x2.promote_low_f32x4(v128.shuffle<f32>(x, x, 2, 3, 2, 3));
      v128.store(o, f64x2.add(v128.load(o, 16), high), 16);
    }
    rows += bytes;
  }
}

/** Subtracts the doubles at means [stride] from every row, in place; squares[i] = |row i|² as dotRows has it. */
export function centreRows(rows: usize, n: i32, stride: i32, means: usize, squares: usize): void {
  const bytes = <usize>stride * 4;
  for (let i = 0; i < n; i++) {
    for (let p: usize = 0; p < bytes; p += 16) {
      const x = v128.load(rows + p);
      const m = means + 2 * p;
      const low = f64x2.sub(f64x2.promote_low_f32x4(x), v128.load(m));
      const high = f64x2.sub(f64x2.promote_low_f32x4(v128.shuffle<f32>(x, x, 2, 3, 2, 3)), v128.load(m, 16));
      const low32 = f32x4.demote_f64x2_zero(low);
      const high32 = f32x4.demote_f64x2_zero(high);
      v128.store(rows + p, v128.shuffle<f32>(low32, high32, 0, 1, 4, 5));
    }
    store<f32>(squares + <usize>i * 4, dot1x1(rows, rows, bytes));
    rows += bytes;
  }
}
