import type { KernelHeap } from "./kernel-heap.ts";
import { kernelHeap } from "./kernel-heap.ts";
import type { Matrix, Matrix32 } from "./matrix.ts";
import { matrix } from "./matrix.ts";

/** Rows summed in one go; the sums of the blocks are then added. */
const blockRows = 512;

/**
 * XᵀX of x [n, k], in double precision throughout. [k, k]
 * What single precision cannot give: a Gram matrix whose small eigenvalues are not rounding noise.
 */
export function gram(x: Matrix32): Matrix {
  const padded = (x.cols + 1) & ~1;
  const outStart = padded * blockRows * 8;
  const heap = kernelHeap(outStart + padded * padded * 8);
  const buffer = heap?.floats().buffer ?? new ArrayBuffer(outStart + padded * padded * 8);
  const block = new Float64Array(buffer, 0, padded * blockRows);
  const sums = new Float64Array(buffer, outStart, padded * padded);
  for (let from = 0; from < x.rows; from += blockRows) {
    transposeInto(block, x, from);
    addProducts(heap, block, padded, outStart, sums);
  }
  const out = matrix(x.cols, x.cols);
  for (let i = 0; i < x.cols; i++) {
    for (let j = 0; j <= i; j++) {
      out.data[i * x.cols + j] = sums[i * padded + j]!;
      out.data[j * x.cols + i] = sums[i * padded + j]!;
    }
  }
  return out;
}

/** Rows [from, from + 512) of x as columns [k, 512], zeros after the last row. */
function transposeInto(block: Float64Array, { rows, cols, data }: Matrix32, from: number): void {
  const count = Math.min(blockRows, rows - from);
  if (count < blockRows) block.fill(0);
  for (let r0 = 0; r0 < count; r0 += 16) {
    const r1 = Math.min(r0 + 16, count);
    for (let c = 0; c < cols; c++) {
      for (let r = r0; r < r1; r++) block[c * blockRows + r] = data[(from + r) * cols + c]!;
    }
  }
}

function addProducts(
  heap: KernelHeap | undefined,
  block: Float64Array,
  k: number,
  outStart: number,
  sums: Float64Array,
): void {
  if (heap !== undefined) {
    heap.kernels.addGram(0, k, blockRows, outStart);
    return;
  }
  for (let i = 0; i < k; i++) {
    for (let j = 0; j <= i; j++) {
      let even = 0;
      let odd = 0;
      for (let p = 0; p < blockRows; p += 2) {
        even += block[i * blockRows + p]! * block[j * blockRows + p]!;
        odd += block[i * blockRows + p + 1]! * block[j * blockRows + p + 1]!;
      }
      sums[i * k + j]! += even + odd;
    }
  }
}
