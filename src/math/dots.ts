/**
 * Dense products in single precision, by WebAssembly SIMD kernels (assembly/dot-rows.ts) or, where those cannot run,
 * by their typed-array twin. One dot product has the same bits alone, in any batch, and in both implementations:
 * the router that serves one query decides exactly as the one that was measured on thousands.
 */
import { dotsTwin } from "./dots-twin.ts";
import type { KernelHeap } from "./kernel-heap.ts";
import { copyRowsIn, kernelHeap, paddedLength } from "./kernel-heap.ts";
import type { Matrix32 } from "./matrix.ts";
import { matrix32, ShapeError } from "./matrix.ts";
import { transposed } from "./transposed.ts";

export type { Resident } from "./resident.ts";
export { residentDots, residentMatrix, residentProduct, residentProject } from "./resident.ts";

/** Bytes of each operand copied into the kernels' memory at a time: a bound on scratch, no matter the shapes. */
const blockBytes = 4 << 20;
/** Rows summed in one go by transposeProduct; partial sums are then added in double precision. */
const sumRows = 512;

let scratch: KernelHeap | undefined;

/** A·Bᵀ: the dot product of every row of a [n, d] with every row of b [k, d]. [n, k] Throws ShapeError unless the widths agree. */
export function dots(a: Matrix32, b: Matrix32): Matrix32 {
  if (a.cols !== b.cols) throw new ShapeError(`dots: rows of [${a.rows}, ${a.cols}] and [${b.rows}, ${b.cols}] differ`);
  const out = matrix32(a.rows, b.rows);
  if (a.rows === 0 || b.rows === 0 || a.cols === 0) return out;
  scratch ??= kernelHeap(blockBytes);
  if (scratch === undefined) return dotsTwin(a, b);
  const rowBytes = paddedLength(a.cols) * 4;
  const bRows = Math.min(b.rows, atLeast(4, blockBytes / rowBytes));
  const aRows = Math.min(a.rows, atLeast(16, blockBytes / Math.max(rowBytes, bRows * 4)));
  scratch.reserve((aRows + bRows) * rowBytes + aRows * bRows * 4);
  for (let j = 0; j < b.rows; j += bRows) {
    const jEnd = Math.min(j + bRows, b.rows);
    copyRowsIn(scratch, aRows * rowBytes, b, j, jEnd);
    for (let i = 0; i < a.rows; i += aRows) {
      const iEnd = Math.min(i + aRows, a.rows);
      copyRowsIn(scratch, 0, a, i, iEnd);
      dotsOfBlock(
        scratch,
        rowBytes,
        { a: 0, b: aRows * rowBytes, out: (aRows + bRows) * rowBytes },
        [i, iEnd, j, jEnd],
        out,
      );
    }
  }
  return out;
}

/** A·B for a [n, d], b [d, k]. [n, k] Throws ShapeError unless the inner sizes agree. */
export function product(a: Matrix32, b: Matrix32): Matrix32 {
  if (a.cols !== b.rows) throw new ShapeError(`product: [${a.rows}, ${a.cols}] does not fit [${b.rows}, ${b.cols}]`);
  const bytes = (b.cols * paddedLength(b.rows) + b.rows * paddedLength(b.cols)) * 4;
  if (a.rows === 0 || b.rows === 0 || b.cols === 0 || bytes > blockBytes) return dots(a, transposed(b));
  scratch ??= kernelHeap(blockBytes);
  return scratch === undefined ? dotsTwin(a, transposed(b)) : productIn(scratch, a, b);
}

/** A·B with Bᵀ made by the kernels. */
function productIn(heap: KernelHeap, a: Matrix32, b: Matrix32): Matrix32 {
  const stride = paddedLength(b.rows);
  const across = b.cols * stride * 4;
  const operand = across + b.rows * paddedLength(b.cols) * 4;
  const result = operand + a.rows * stride * 4;
  heap.reserve(result + a.rows * b.cols * 4);
  copyRowsIn(heap, across, b, 0, b.rows);
  copyRowsIn(heap, operand, a, 0, a.rows);
  if (stride > b.rows) heap.floats().fill(0, 0, across / 4);
  heap.kernels.transpose(across, b.rows, b.cols, paddedLength(b.cols), 0, stride);
  heap.kernels.dotRows(operand, a.rows, 0, b.cols, stride, result, b.cols);
  return { rows: a.rows, cols: b.cols, data: heap.floats().slice(result / 4, result / 4 + a.rows * b.cols) };
}

/**
 * Aᵀ·B for a [n, d], b [n, m]. [d, m] Throws ShapeError unless the numbers of rows agree.
 * Sums over blocks of 512 rows in single precision and over the blocks in double.
 */
export function transposeProduct(a: Matrix32, b: Matrix32): Matrix32 {
  if (a.rows !== b.rows) {
    throw new ShapeError(`transposeProduct: [${a.rows}, ${a.cols}] and [${b.rows}, ${b.cols}] differ in rows`);
  }
  const total = new Float64Array(a.cols * b.cols);
  for (let from = 0; from < a.rows; from += sumRows) {
    const to = Math.min(from + sumRows, a.rows);
    const left = transposed(a, from, to);
    const block = dots(left, a === b ? left : transposed(b, from, to)).data;
    for (let i = 0; i < total.length; i++) total[i] = total[i]! + block[i]!;
  }
  return { rows: a.cols, cols: b.cols, data: Float32Array.from(total) };
}

function dotsOfBlock(
  heap: KernelHeap,
  rowBytes: number,
  address: { a: number; b: number; out: number },
  [i, iEnd, j, jEnd]: [number, number, number, number],
  out: Matrix32,
): void {
  const width = jEnd - j;
  heap.kernels.dotRows(address.a, iEnd - i, address.b, width, rowBytes / 4, address.out, width);
  const start = address.out / 4;
  const result = heap.floats();
  if (width === out.cols) {
    out.data.set(result.subarray(start, start + (iEnd - i) * width), i * width);
    return;
  }
  for (let r = i; r < iEnd; r++) {
    const from = start + (r - i) * width;
    out.data.set(result.subarray(from, from + width), r * out.cols + j);
  }
}

function atLeast(least: number, wanted: number): number {
  return Math.max(least, Math.floor(wanted / least) * least);
}
