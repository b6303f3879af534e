/**
 * A matrix that stays in the kernels' memory, for scans and projections of one query at a time:
 * copying 12,000 × 384 floats costs more than multiplying them.
 */
import { dotsTwin, gatherTwin } from "./dots-twin.ts";
import type { KernelHeap } from "./kernel-heap.ts";
import { copyRowsIn, kernelHeap, paddedLength } from "./kernel-heap.ts";
import type { Matrix32 } from "./matrix.ts";
import { matrix32, ShapeError } from "./matrix.ts";

/** A matrix [rows, cols] ready for scans. It holds a copy, freed with the value itself: nothing to release. */
export interface Resident {
  readonly rows: number;
  readonly cols: number;
  /** Present when the copy lies in WebAssembly memory, from address 0 on. */
  readonly heap: KernelHeap | undefined;
  /** Present when it does not. */
  readonly matrix: Matrix32 | undefined;
}

/** Below this many floats a memory of its own (64 kB, and gigabytes of address space) is not worth it. */
const smallest = 8192;

/** A resident copy of m; later writes to m do not reach it. Small matrices, and machines without SIMD, keep a plain copy. */
export function residentMatrix(m: Matrix32): Resident {
  const { rows, cols } = m;
  const bytes = rows * paddedLength(cols) * 4;
  const heap = rows * cols < smallest ? undefined : kernelHeap(bytes + (rows + cols) * 4);
  if (heap === undefined) return { rows, cols, heap, matrix: { rows, cols, data: m.data.slice() } };
  copyRowsIn(heap, 0, m, 0, rows);
  return { rows, cols, heap, matrix: undefined };
}

/** The dot product of the query [cols] with every row. [rows] Same bits as `dots`. Throws ShapeError for another length. */
export function residentDots(resident: Resident, query: Float32Array): Float32Array {
  if (query.length !== resident.cols) {
    throw new ShapeError(`residentDots: a query of ${query.length} does not fit [${resident.rows}, ${resident.cols}]`);
  }
  return residentProduct(resident, { rows: 1, cols: query.length, data: query }).data;
}

/** The dot products of every row of a [n, cols] with every row of the resident. [n, rows] Same bits as `dots`. */
export function residentProduct(resident: Resident, a: Matrix32): Matrix32 {
  const { rows, cols, heap } = resident;
  if (a.cols !== cols) {
    throw new ShapeError(`residentProduct: [${a.rows}, ${a.cols}] does not fit [${rows}, ${cols}]`);
  }
  if (heap === undefined) return dotsTwin(a, resident.matrix!);
  const out = matrix32(a.rows, rows);
  const stride = paddedLength(cols);
  const blockRows = Math.max(1, Math.floor((4 << 20) / (Math.max(stride, rows) * 4)));
  const aStart = rows * stride * 4;
  const outStart = aStart + Math.min(blockRows, a.rows) * stride * 4;
  heap.reserve(outStart + Math.min(blockRows, a.rows) * rows * 4);
  for (let i = 0; i < a.rows; i += blockRows) {
    const count = Math.min(blockRows, a.rows - i);
    copyRowsIn(heap, aStart, a, i, i + count);
    heap.kernels.dotRows(aStart, count, 0, rows, stride, outStart, rows);
    out.data.set(heap.floats().subarray(outStart / 4, outStart / 4 + count * rows), i * rows);
  }
  return out;
}

/**
 * Σ values[e] · row indices[e] over the first `count` entries: a sparse vector through a dense projection. [cols]
 * Indices must lie in [0, rows); that is the caller's to see to. Same bits as `sparseProject`.
 */
export function residentProject(
  resident: Resident,
  indices: Int32Array,
  values: Float32Array,
  count: number,
): Float32Array {
  const { rows, cols, heap } = resident;
  if (heap === undefined) return gatherTwin(resident.matrix!, indices, values, count);
  const stride = paddedLength(cols);
  const indexStart = rows * stride * 4;
  const valueStart = indexStart + count * 4;
  const outStart = valueStart + count * 4;
  heap.reserve(outStart + stride * 4);
  heap.ints().set(indices.subarray(0, count), indexStart / 4);
  heap.floats().set(values.subarray(0, count), valueStart / 4);
  heap.kernels.gatherRows(indexStart, valueStart, count, 0, stride, outStart);
  return heap.floats().slice(outStart / 4, outStart / 4 + cols);
}
