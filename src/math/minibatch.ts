/**
 * The rows of a matrix dealt into batches that stay in the kernels' memory, so that a training step multiplies without
 * copying what never changes. Rows are kept in 16 bits, and so is what they are multiplied with: twice as fast as
 * floats, and the error, about a 10,000th of the lengths multiplied, is far below the noise of a batch.
 */
import { fixedDots, fixedRows, fixedSums, longestProduct, longestRow, scaledColumns } from "./fixed-point.ts";
import type { FixedRows } from "./fixed-point.ts";
import type { KernelHeap } from "./kernel-heap.ts";
import { copyRowsIn, kernelHeap, paddedLength } from "./kernel-heap.ts";
import type { Matrix32 } from "./matrix.ts";
import { matrix32, selectRows, ShapeError } from "./matrix.ts";

/** Batches of rows of x [n, d]. A result may be overwritten by the next call of the same function: use it up first. */
export interface Minibatches {
  readonly count: number;
  /** The rows of x in a batch, in its order. [B] */
  rowsOf(batch: number): Int32Array;
  /** Dot products of the rows of `weights` [k, d] with the batch's rows. [k, B] */
  products(batch: number, weights: Matrix32): Matrix32;
  /** The batch's rows summed with the weights in each row of `residuals` [k, B]. [k, d] */
  sums(batch: number, residuals: Matrix32): Matrix32;
}

type Multiply = Pick<Minibatches, "products" | "sums">;

/** Deals the rows of x in the given order, `size` to a batch; the last may be smaller. */
export function minibatches(x: Matrix32, order: Int32Array, size: number): Minibatches {
  if (!(size >= 1)) throw new RangeError(`minibatches: size is ${size}, must be at least 1`);
  const count = Math.ceil(order.length / size);
  const rowsOf = (batch: number): Int32Array => order.subarray(batch * size, (batch + 1) * size);
  const fixed = Array.from({ length: count }, (_, batch) => fixedRows(selectRows(x, rowsOf(batch)), longestRow));
  const { products, sums } = inKernels(fixed, x.cols) ?? inPlainArrays(fixed);
  return {
    count,
    rowsOf,
    products(batch, weights) {
      requireWidth(weights, x.cols, "products");
      return products(batch, weights);
    },
    sums(batch, residuals) {
      requireWidth(residuals, rowsOf(batch).length, "sums");
      return sums(batch, residuals);
    },
  };
}

function inPlainArrays(fixed: readonly FixedRows[]): Multiply {
  const longest = fixed.map(longestAgainst);
  return {
    products: (batch, weights) => fixedDots(fixedRows(weights, longestRow), fixed[batch]!),
    sums: (batch, residuals) =>
      fixedSums(fixedRows(scaledColumns(residuals, fixed[batch]!.units), longest[batch]!), fixed[batch]!),
  };
}

/** How long a row may be for its products with the columns of b to stay below 2^31. */
function longestAgainst({ rows, cols, data }: FixedRows): number {
  const squares = new Float64Array(cols);
  for (let p = 0; p < rows * cols; p++) squares[p % cols]! += data[p]! ** 2;
  const longest = squares.reduce((most, square) => Math.max(most, square), 1);
  return Math.fround(Math.min(longestProduct / Math.sqrt(longest), longestRow));
}

/** Where a batch lies: its rows of 16-bit numbers and what 1 stands for in each, in bytes. */
interface Place {
  readonly rows: number;
  readonly units: number;
  /** rows, and rows rounded up to what the kernels take */
  readonly count: number;
  readonly padded: number;
  readonly longest: number;
}

/** What the kernels work on: the batches, and from `scratch` on what is of the moment. */
interface Workshop {
  readonly heap: KernelHeap;
  readonly scratch: number;
  readonly cols: number;
}

function inKernels(fixed: readonly FixedRows[], cols: number): Multiply | undefined {
  let end = 0;
  const places = fixed.map((batch): Place => {
    const padded = paddedLength(batch.rows);
    const rows = end;
    const units = rows + padded * fixedLength(cols) * 2;
    end = units + padded * 4;
    return { rows, units, count: batch.rows, padded, longest: longestAgainst(batch) };
  });
  const heap = kernelHeap(end);
  if (heap === undefined) return undefined;
  fixed.forEach((batch, b) => copyFixedIn(heap, batch, places[b]!));
  const workshop: Workshop = { heap, scratch: end, cols };
  // Kept for reuse: making typed arrays of this size anew for every step costs a tenth of the step.
  const kept = new Map<string, Matrix32>();
  const room = (what: string, rows: number, width: number): Matrix32 => {
    const key = `${what} ${rows} ${width}`;
    const out = kept.get(key) ?? matrix32(rows, width);
    kept.set(key, out);
    return out;
  };
  return {
    products: (batch, weights) =>
      productsOf(workshop, weights, places[batch]!, room("products", weights.rows, places[batch]!.count)),
    sums: (batch, residuals) => sumsOf(workshop, residuals, places[batch]!, room("sums", residuals.rows, cols)),
  };
}

function copyFixedIn(heap: KernelHeap, { rows, cols, data, units }: FixedRows, place: Place): void {
  const target = new Int16Array(heap.floats().buffer);
  const stride = fixedLength(cols);
  for (let r = 0; r < rows; r++) target.set(data.subarray(r * cols, (r + 1) * cols), place.rows / 2 + r * stride);
  heap.floats().set(units, place.units / 4);
}

function productsOf({ heap, scratch, cols }: Workshop, weights: Matrix32, place: Place, out: Matrix32): Matrix32 {
  const { rows: k } = weights;
  const width = fixedLength(cols);
  const units = scratch + k * width * 2;
  const floats = align(units + k * 4);
  heap.reserve(floats + k * Math.max(paddedLength(cols), place.padded) * 4);
  copyRowsIn(heap, floats, weights, 0, k);
  const { kernels } = heap;
  kernels.fixRows(floats, k, paddedLength(cols), scratch, width, units, longestRow);
  kernels.fixedProducts(scratch, units, k, place.rows, place.units, place.padded, width, floats, place.padded);
  copyOut(heap, floats, place.padded, out);
  return out;
}

function sumsOf({ heap, scratch, cols }: Workshop, residuals: Matrix32, place: Place, out: Matrix32): Matrix32 {
  const k = (residuals.rows + 3) & ~3;
  const width = fixedLength(place.count);
  const stride = fixedLength(cols);
  const units = scratch + k * width * 2;
  const packed = align(units + k * 4);
  const floats = packed + place.padded * 16;
  heap.reserve(floats + k * Math.max(place.padded, stride) * 4);
  copyRowsIn(heap, floats, residuals, 0, residuals.rows);
  heap.floats().fill(0, floats / 4 + residuals.rows * place.padded, floats / 4 + k * place.padded);
  const { kernels } = heap;
  kernels.scaleColumns(floats, residuals.rows, place.padded, place.units);
  kernels.fixRows(floats, k, place.padded, scratch, width, units, place.longest);
  kernels.fixedSums(scratch, units, k, width, place.rows, place.padded, stride, stride, packed, floats, stride);
  copyOut(heap, floats, stride, out);
  return out;
}

function copyOut(heap: KernelHeap, address: number, stride: number, { rows, cols, data }: Matrix32): void {
  const source = heap.floats().subarray(address / 4, address / 4 + rows * stride);
  if (stride === cols) data.set(source);
  else for (let i = 0; i < rows; i++) data.set(source.subarray(i * stride, i * stride + cols), i * cols);
}

function align(bytes: number): number {
  return (bytes + 15) & ~15;
}

/** The row length, in 16-bit numbers, that the kernels want for `cols` columns. */
function fixedLength(cols: number): number {
  return (cols + 15) & ~15;
}

function requireWidth({ rows, cols }: Matrix32, width: number, what: string): void {
  if (cols !== width) throw new ShapeError(`${what}: [${rows}, ${cols}] does not fit rows of ${width}`);
}
