/**
 * The rows of a matrix dealt into batches that stay in the kernels' memory, each as rows and as columns, so that a
 * training step multiplies without copying or transposing what never changes. Rows and columns are kept in 16 bits, and
 * so is what they are multiplied with (fixed-point.ts has the twin): twice as fast, and the error, about a
 * 20,000th of the lengths multiplied, is far below the noise of a batch.
 */
import { fixedDots, fixedRows } from "./fixed-point.ts";
import type { KernelHeap } from "./kernel-heap.ts";
import { copyRowsIn, kernelHeap, paddedLength } from "./kernel-heap.ts";
import type { Matrix32 } from "./matrix.ts";
import { matrix32, selectRows, ShapeError } from "./matrix.ts";
import { transposed } from "./transposed.ts";

/** Batches of rows of x [n, d]. */
export interface Minibatches {
  readonly count: number;
  /** The rows of x in a batch, in its order. [B] */
  rowsOf(batch: number): Int32Array;
  /** Dot products of the rows of `weights` [k, d] with the batch's rows. [k, B] */
  products(batch: number, weights: Matrix32): Matrix32;
  /** The batch's rows summed with the weights in each row of `residuals` [k, B]. [k, d] */
  sums(batch: number, residuals: Matrix32): Matrix32;
}

/** Deals the rows of x in the given order, `size` to a batch; the last may be smaller. */
export function minibatches(x: Matrix32, order: Int32Array, size: number): Minibatches {
  if (!(size >= 1)) throw new RangeError(`minibatches: size is ${size}, must be at least 1`);
  const count = Math.ceil(order.length / size);
  const rowsOf = (batch: number): Int32Array => order.subarray(batch * size, (batch + 1) * size);
  const operands = Array.from({ length: count }, (_, batch) => selectRows(x, rowsOf(batch))).flatMap((rows) => [
    rows,
    transposed(rows),
  ]);
  const times = inKernels(operands) ?? inPlainArrays(operands);
  return {
    count,
    rowsOf,
    products(batch, weights) {
      requireWidth(weights, x.cols, "products");
      return times(2 * batch, weights);
    },
    sums(batch, residuals) {
      requireWidth(residuals, rowsOf(batch).length, "sums");
      return times(2 * batch + 1, residuals);
    },
  };
}

/** The products of the rows of a [k, c] with those of an operand [r, c]. [k, r] */
type Times = (operand: number, a: Matrix32) => Matrix32;

interface Place {
  /** bytes */
  readonly rows: number;
  readonly units: number;
  /** of the operand, and rounded up to what the kernel takes */
  readonly count: number;
  readonly padded: number;
}

function inKernels(operands: readonly Matrix32[]): Times | undefined {
  let end = 0;
  const places = operands.map(({ rows, cols }): Place => {
    const padded = (rows + 3) & ~3;
    const start = end;
    const units = start + padded * fixedLength(cols) * 2;
    end = units + padded * 4;
    end = (end + 15) & ~15;
    return { rows: start, units, count: rows, padded };
  });
  const largest = operands.reduce((most, { rows, cols }) => Math.max(most, rows * paddedLength(cols) * 4), 0);
  const heap = kernelHeap(end + largest);
  if (heap === undefined) return undefined;
  operands.forEach((operand, o) => fix(heap, operand, end, places[o]!));
  return (operand, a) => multiply(heap, end, a, places[operand]!);
}

/** Rounds the rows of `source` by way of the scratch space to a place. */
function fix(
  heap: KernelHeap,
  source: Matrix32,
  scratch: number,
  { rows, units }: Pick<Place, "rows" | "units">,
): void {
  copyRowsIn(heap, scratch, source, 0, source.rows);
  heap.kernels.fixRows(scratch, source.rows, paddedLength(source.cols), rows, fixedLength(source.cols), units);
}

function multiply(heap: KernelHeap, start: number, a: Matrix32, b: Place): Matrix32 {
  const rows = start;
  const units = rows + a.rows * fixedLength(a.cols) * 2;
  const scratch = (units + a.rows * 4 + 15) & ~15;
  heap.reserve(scratch + a.rows * Math.max(paddedLength(a.cols), b.padded) * 4);
  fix(heap, a, scratch, { rows, units });
  heap.kernels.fixedProducts(rows, units, a.rows, b.rows, b.units, b.padded, fixedLength(a.cols), scratch, b.padded);
  const products = heap.floats().subarray(scratch / 4, scratch / 4 + a.rows * b.padded);
  if (b.padded === b.count) return { rows: a.rows, cols: b.count, data: products.slice() };
  const out = matrix32(a.rows, b.count);
  for (let i = 0; i < a.rows; i++) {
    out.data.set(products.subarray(i * b.padded, i * b.padded + b.count), i * b.count);
  }
  return out;
}

/** The row length, in 16-bit numbers, that the kernels want for `cols` columns. */
function fixedLength(cols: number): number {
  return (cols + 15) & ~15;
}

function inPlainArrays(operands: readonly Matrix32[]): Times {
  const fixed = operands.map(fixedRows);
  return (operand, a) => fixedDots(fixedRows(a), fixed[operand]!);
}

function requireWidth({ rows, cols }: Matrix32, width: number, what: string): void {
  if (cols !== width) throw new ShapeError(`${what}: [${rows}, ${cols}] does not fit rows of ${width}`);
}
