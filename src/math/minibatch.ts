/**
 * The rows of a matrix dealt into batches that stay in the kernels' memory, each as rows and as columns, so that a
 * training step multiplies without copying or transposing what never changes.
 */
import { dotsTwin } from "./dots-twin.ts";
import type { KernelHeap } from "./kernel-heap.ts";
import { copyRowsIn, kernelHeap, paddedLength } from "./kernel-heap.ts";
import type { Matrix32 } from "./matrix.ts";
import { matrix32, selectRows, ShapeError } from "./matrix.ts";
import { transposed } from "./transposed.ts";

/** Batches of rows of x [n, d]. Same bits as `dots` on the rows themselves. */
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
  const dealt = selectRows(x, order);
  const count = Math.ceil(dealt.rows / size);
  const bounds = (batch: number): readonly [from: number, to: number] => [
    batch * size,
    Math.min((batch + 1) * size, dealt.rows),
  ];
  const { products, sums } = inKernels(dealt, size, count, bounds) ?? inPlainArrays(dealt, bounds);
  return {
    count,
    rowsOf: (batch) => order.subarray(...bounds(batch)),
    products(batch, weights) {
      require(weights.cols === x.cols, `products: weights of ${weights.cols} for rows of ${x.cols}`);
      return products(batch, weights);
    },
    sums(batch, residuals) {
      const [from, to] = bounds(batch);
      require(residuals.cols === to - from, `sums: residuals of ${residuals.cols} for ${to - from} rows`);
      return sums(batch, residuals);
    },
  };
}

type Products = Pick<Minibatches, "products" | "sums">;
type Bounds = (batch: number) => readonly [from: number, to: number];

function inKernels(dealt: Matrix32, size: number, count: number, bounds: Bounds): Products | undefined {
  const stride = paddedLength(dealt.cols);
  const width = paddedLength(size);
  const columnsStart = dealt.rows * stride * 4;
  const scratch = columnsStart + count * dealt.cols * width * 4;
  const heap = kernelHeap(scratch);
  if (heap === undefined) return undefined;
  copyRowsIn(heap, 0, dealt, 0, dealt.rows);
  for (let batch = 0; batch < count; batch++) {
    const columns = transposed(dealt, ...bounds(batch));
    copyRowsIn(heap, columnsStart + batch * dealt.cols * width * 4, columns, 0, columns.rows);
  }
  return {
    products(batch, weights) {
      const [from, to] = bounds(batch);
      return times(heap, scratch, weights, { address: from * stride * 4, rows: to - from });
    },
    sums(batch, residuals) {
      const address = columnsStart + batch * dealt.cols * width * 4;
      return times(heap, scratch, residuals, { address, rows: dealt.cols });
    },
  };
}

/** a [k, c] · bᵀ for the rows of b at an address, padded as copyRowsIn pads rows of c. [k, b.rows] */
function times(
  heap: KernelHeap,
  scratch: number,
  a: Matrix32,
  b: { readonly address: number; readonly rows: number },
): Matrix32 {
  const stride = paddedLength(a.cols);
  const outStart = scratch + a.rows * stride * 4;
  heap.reserve(outStart + a.rows * b.rows * 4);
  copyRowsIn(heap, scratch, a, 0, a.rows);
  heap.kernels.dotRows(scratch, a.rows, b.address, b.rows, stride, outStart, b.rows);
  const out = matrix32(a.rows, b.rows);
  out.data.set(heap.floats().subarray(outStart / 4, outStart / 4 + out.data.length));
  return out;
}

function inPlainArrays(dealt: Matrix32, bounds: Bounds): Products {
  return {
    products(batch, weights) {
      const [from, to] = bounds(batch);
      const data = dealt.data.subarray(from * dealt.cols, to * dealt.cols);
      return dotsTwin(weights, { rows: to - from, cols: dealt.cols, data });
    },
    sums: (batch, residuals) => dotsTwin(residuals, transposed(dealt, ...bounds(batch))),
  };
}

function require(condition: boolean, problem: string): void {
  if (!condition) throw new ShapeError(problem);
}
