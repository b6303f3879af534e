/**
 * Binary cross-entropy on soft targets, and its slope: BCE(z, y) = max(z, 0) − z·y + log(1 + e^−|z|), slope σ(z) − y.
 * A NaN target was not observed and weighs nothing.
 */
import type { KernelHeap } from "./kernel-heap.ts";
import { copyRowsIn, copyRowsOut, kernelHeap, paddedLength } from "./kernel-heap.ts";
import type { Matrix32 } from "./matrix.ts";

const round = Math.fround;
const perLog2 = round(Math.LOG2E);
const log2Coarse = round(0.693359375);
const log2Fine = round(2.1219444e-4);
const polynomial = Float32Array.of(
  1.98756915e-4,
  1.3981999507e-3,
  8.3334519073e-3,
  4.1665795894e-2,
  1.6666665459e-1,
  5.0000001201e-1,
);
/** Adding and taking off 1.5 · 2^23 rounds a float to the nearest integer, halves to even. */
const nearest = 12_582_912;

const scratchBytes = 1 << 20;
let scratch: KernelHeap | undefined;

/**
 * Turns logits [m, B] into slopes of the mean loss, in place: weight · (σ(z + bias of the row) − target), 0 where there
 * is no target. Gives the sum of each row, the slope of its bias. [m]
 * In single precision, by a WebAssembly kernel or, where that cannot run, by its twin with the same bits.
 */
export function toSlopes(logits: Matrix32, bias: ArrayLike<number>, targets: Matrix32, weight: number): Float32Array {
  const offsets = Float32Array.from(bias);
  scratch ??= kernelHeap(scratchBytes);
  return scratch
    ? inKernels(scratch, logits, offsets, targets, weight)
    : inPlainArrays(logits, offsets, targets, Math.fround(weight));
}

function inKernels(
  heap: KernelHeap,
  logits: Matrix32,
  bias: Float32Array,
  targets: Matrix32,
  weight: number,
): Float32Array {
  const { rows, cols } = logits;
  const stride = paddedLength(cols);
  const from = rows * stride;
  heap.reserve((2 * from + 2 * rows) * 4);
  copyRowsIn(heap, 0, logits, 0, rows);
  copyRowsIn(heap, from * 4, targets, 0, rows);
  const floats = heap.floats();
  // Padding is no observation.
  if (stride > cols) {
    for (let j = 0; j < rows; j++) floats.fill(NaN, from + j * stride + cols, from + (j + 1) * stride);
  }
  floats.set(bias, 2 * from);
  heap.kernels.logisticSlopes(0, from * 4, rows, stride, from * 8, weight, (2 * from + rows) * 4);
  copyRowsOut(heap, 0, rows, cols, logits.data);
  return floats.slice(2 * from + rows, 2 * from + 2 * rows);
}

function inPlainArrays(logits: Matrix32, bias: Float32Array, targets: Matrix32, weight: number): Float32Array {
  const { rows, cols, data } = logits;
  const sums = new Float32Array(rows);
  for (let j = 0; j < rows; j++) {
    const lanes = new Float32Array(4);
    for (let c = 0; c < cols; c++) {
      const p = j * cols + c;
      const y = targets.data[p]!;
      const chance = round(1 / round(1 + exponential(-round(data[p]! + bias[j]!))));
      const slope = Number.isNaN(y) ? 0 : round(weight * round(chance - y));
      data[p] = slope;
      lanes[c & 3]! += slope;
    }
    sums[j] = round(lanes[0]! + lanes[2]!) + round(lanes[1]! + lanes[3]!);
  }
  return sums;
}

/** e^x by Cephes' expf, as the kernel has it. */
function exponential(value: number): number {
  const x = Math.max(Math.min(value, 87), -87);
  const n = round(round(round(x * perLog2) + nearest) - nearest);
  const r = round(round(x - round(n * log2Coarse)) + round(n * log2Fine));
  let y = polynomial[0]!;
  for (let c = 1; c < polynomial.length; c++) y = round(round(y * r) + polynomial[c]!);
  return round(round(round(round(y * round(r * r)) + r) + 1) * 2 ** n);
}
