// @ts-nocheck: AssemblyScript, compiled by scripts/build-kernels.mjs
/**
 * Adds the products of all pairs of rows of doubles [k, n] to the lower triangle (by 2 × 2 tiles) of out [k, k].
 * k and n even. Each product sums even and odd entries apart, then adds the two.
 */
export function addGram(x: usize, k: i32, n: i32, out: usize): void {
  const rowBytes = <usize>n * 8;
  const outBytes = <usize>k * 8;
  for (let i = 0; i < k; i += 2) {
    for (let j = 0; j <= i; j += 2) {
      addTile(
        x + <usize>i * rowBytes,
        x + <usize>j * rowBytes,
        rowBytes,
        out + <usize>i * outBytes + <usize>j * 8,
        outBytes,
      );
    }
  }
}

function addTile(a0: usize, b0: usize, rowBytes: usize, out: usize, outBytes: usize): void {
  let s00 = f64x2.splat(0);
  let s01 = f64x2.splat(0);
  let s10 = f64x2.splat(0);
  let s11 = f64x2.splat(0);
  const end = a0 + rowBytes;
  let a1 = a0 + rowBytes;
  let b1 = b0 + rowBytes;
  while (a0 < end) {
    const x0 = v128.load(a0);
    const x1 = v128.load(a1);
    const y0 = v128.load(b0);
    const y1 = v128.load(b1);
    s00 = f64x2.add(s00, f64x2.mul(x0, y0));
    s01 = f64x2.add(s01, f64x2.mul(x0, y1));
    s10 = f64x2.add(s10, f64x2.mul(x1, y0));
    s11 = f64x2.add(s11, f64x2.mul(x1, y1));
    a0 += 16;
    a1 += 16;
    b0 += 16;
    b1 += 16;
  }
  addTo(out, s00, s01);
  addTo(out + outBytes, s10, s11);
}

function addTo(out: usize, left: v128, right: v128): void {
  const even = v128.shuffle<f64>(left, right, 0, 2);
  const odd = v128.shuffle<f64>(left, right, 1, 3);
  v128.store(out, f64x2.add(v128.load(out), f64x2.add(even, odd)));
}
