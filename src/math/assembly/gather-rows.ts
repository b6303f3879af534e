// @ts-nocheck: AssemblyScript, compiled by scripts/build-kernels.mjs
/**
 * Weighted sums of rows: a sparse vector or a sparse matrix times a dense one.
 * Each output column is summed in the order of the indices, whatever the width.
 */

/** out[0 … stride) = Σ values[e] · dense[indices[e], :]; stride is a multiple of 8 floats. */
export function gatherRows(indices: usize, values: usize, count: i32, dense: usize, stride: i32, out: usize): void {
  const rowBytes = <usize>stride * 4;
  const end = indices + <usize>count * 4;
  let column: usize = 0;
  for (; column + 64 <= rowBytes; column += 64) gather16(indices, values, end, dense + column, rowBytes, out + column);
  for (; column < rowBytes; column += 32) gather8(indices, values, end, dense + column, rowBytes, out + column);
}

function gather16(index: usize, value: usize, end: usize, dense: usize, rowBytes: usize, out: usize): void {
  let s0 = f32x4.splat(0);
  let s1 = f32x4.splat(0);
  let s2 = f32x4.splat(0);
  let s3 = f32x4.splat(0);
  while (index < end) {
    const row = dense + <usize>load<u32>(index) * rowBytes;
    const v = v128.load_splat<f32>(value);
    s0 = f32x4.add(s0, f32x4.mul(v, v128.load(row)));
    s1 = f32x4.add(s1, f32x4.mul(v, v128.load(row, 16)));
    s2 = f32x4.add(s2, f32x4.mul(v, v128.load(row, 32)));
    s3 = f32x4.add(s3, f32x4.mul(v, v128.load(row, 48)));
    index += 4;
    value += 4;
  }
  v128.store(out, s0);
  v128.store(out, s1, 16);
  v128.store(out, s2, 32);
  v128.store(out, s3, 48);
}

function gather8(index: usize, value: usize, end: usize, dense: usize, rowBytes: usize, out: usize): void {
  let s0 = f32x4.splat(0);
  let s1 = f32x4.splat(0);
  while (index < end) {
    const row = dense + <usize>load<u32>(index) * rowBytes;
    const v = v128.load_splat<f32>(value);
    s0 = f32x4.add(s0, f32x4.mul(v, v128.load(row)));
    s1 = f32x4.add(s1, f32x4.mul(v, v128.load(row, 16)));
    index += 4;
    value += 4;
  }
  v128.store(out, s0);
  v128.store(out, s1, 16);
}

/**
 * Sparse rows times a dense matrix stored in panels of 16 columns, each panel [cols, 16]: a panel of the output is done
 * at a time, so that the rows gathered stay close to the processor. `outStride` in floats, 16 to a panel.
 */
export function sparseTimesPanels(
  indptr: usize,
  indices: usize,
  values: usize,
  rows: i32,
  dense: usize,
  panelBytes: usize,
  out: usize,
  outStride: i32,
): void {
  const outBytes = <usize>outStride * 4;
  for (let column: usize = 0; column < outBytes; column += 64) {
    for (let r = 0; r < rows; r++) {
      const start = <usize>load<i32>(indptr + <usize>r * 4) * 4;
      const stop = <usize>load<i32>(indptr + <usize>r * 4, 4) * 4;
      gather16(indices + start, values + start, indices + stop, dense, 64, out + <usize>r * outBytes + column);
    }
    dense += panelBytes;
  }
}
