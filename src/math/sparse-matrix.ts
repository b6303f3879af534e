/** Sparse matrices by rows (CSR) and their products with dense ones. */
import { gatherTwin } from "./dots-twin.ts";
import type { KernelHeap } from "./kernel-heap.ts";
import { kernelHeap } from "./kernel-heap.ts";
import type { Matrix32 } from "./matrix.ts";
import { matrix32, ShapeError } from "./matrix.ts";

/** Row r holds values[e] in column indices[e] for e from indptr[r] to indptr[r + 1]. A column may occur twice. */
export interface SparseMatrix {
  readonly rows: number;
  readonly cols: number;
  /** [rows + 1], from 0, never falling */
  readonly indptr: Int32Array;
  readonly indices: Int32Array;
  readonly values: Float32Array;
}

/** Columns of the dense operand laid out together. */
const panel = 16;
/** Entries copied into the kernels' memory at a time. */
const blockEntries = 1 << 19;

/**
 * X·B for x [n, c] sparse, b [c, k] dense. [n, k]
 * Each row has the bits that `residentProject` gives for it. Throws ShapeError when the shapes or an index do not fit.
 */
export function sparseTimesDense(x: SparseMatrix, b: Matrix32): Matrix32 {
  if (x.cols !== b.rows) throw new ShapeError(`sparseTimesDense: [${x.rows}, ${x.cols}] · [${b.rows}, ${b.cols}]`);
  requireIndices(x);
  const out = matrix32(x.rows, b.cols);
  const panels = Math.ceil(b.cols / panel);
  const heap = kernelHeap(panels * b.rows * panel * 4);
  if (heap === undefined) return gatherAll(x, b, out);
  packPanels(b, heap.floats());
  for (let from = 0; from < x.rows;) {
    const to = blockEnd(x, from);
    multiplyBlock(heap, x, [from, to], panels, out);
    from = to;
  }
  return out;
}

function requireIndices({ indices, cols }: SparseMatrix): void {
  for (let e = 0; e < indices.length; e++) {
    if (indices[e]! >= 0 && indices[e]! < cols) continue;
    throw new ShapeError(`sparseTimesDense: index ${indices[e]} of entry ${e} is not in [0, ${cols})`);
  }
}

function gatherAll(x: SparseMatrix, b: Matrix32, out: Matrix32): Matrix32 {
  for (let r = 0; r < x.rows; r++) {
    const from = x.indptr[r]!;
    const to = x.indptr[r + 1]!;
    const line = gatherTwin(b, x.indices.subarray(from, to), x.values.subarray(from, to), to - from);
    out.data.set(line, r * b.cols);
  }
  return out;
}

/** Writes b as panels [b.rows, 16], one after the other, zeros to the right of the last. */
function packPanels({ rows, cols, data }: Matrix32, target: Float32Array): void {
  for (let column = 0; column < cols; column += panel) {
    const width = Math.min(panel, cols - column);
    for (let r = 0; r < rows; r++) {
      const from = r * cols + column;
      const to = column * rows + r * panel;
      for (let c = 0; c < width; c++) target[to + c] = data[from + c]!;
    }
  }
}

/** The first row after `from` that no longer fits into a block; at least one row goes. */
function blockEnd({ rows, indptr }: SparseMatrix, from: number): number {
  let to = from + 1;
  while (to < rows && to - from < 4096 && indptr[to + 1]! - indptr[from]! <= blockEntries) to++;
  return to;
}

function multiplyBlock(
  heap: KernelHeap,
  x: SparseMatrix,
  [from, to]: [number, number],
  panels: number,
  out: Matrix32,
): void {
  const first = x.indptr[from]!;
  const entries = x.indptr[to]! - first;
  const panelBytes = x.cols * panel * 4;
  const indptr = panels * panelBytes;
  const indices = indptr + (to - from + 1) * 4;
  const values = indices + entries * 4;
  const result = (values + entries * 4 + 15) & ~15;
  const stride = panels * panel;
  heap.reserve(result + (to - from) * stride * 4);
  heap.ints().set(x.indptr.subarray(from, to + 1), indptr / 4);
  heap.ints().set(x.indices.subarray(first, first + entries), indices / 4);
  heap.floats().set(x.values.subarray(first, first + entries), values / 4);
  // The row pointers count from the matrix's first entry, so the block's addresses are moved back by as much.
  const shift = first * 4;
  heap.kernels.sparseTimesPanels(indptr, indices - shift, values - shift, to - from, 0, panelBytes, result, stride);
  const floats = heap.floats();
  for (let r = from; r < to; r++) {
    const at = result / 4 + (r - from) * stride;
    out.data.set(floats.subarray(at, at + out.cols), r * out.cols);
  }
}

/** The transpose, its rows' entries in the order of x's rows. */
export function sparseTransposed(x: SparseMatrix): SparseMatrix {
  const indptr = new Int32Array(x.cols + 1);
  for (const column of x.indices) indptr[column + 1]! += 1;
  for (let c = 0; c < x.cols; c++) indptr[c + 1]! += indptr[c]!;
  const next = indptr.slice();
  const indices = new Int32Array(x.indices.length);
  const values = new Float32Array(x.values.length);
  for (let r = 0; r < x.rows; r++) {
    for (let e = x.indptr[r]!; e < x.indptr[r + 1]!; e++) {
      const column = x.indices[e]!;
      const to = next[column]!;
      next[column] = to + 1;
      indices[to] = r;
      values[to] = x.values[e]!;
    }
  }
  return { rows: x.cols, cols: x.rows, indptr, indices, values };
}
