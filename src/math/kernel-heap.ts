/**
 * A WebAssembly memory of its own with the compiled kernels bound to it.
 * Layout is the caller's affair: a heap only grows, hands out views, and copies rows in and out.
 */
import { kernelsWasm } from "./kernels-wasm.ts";
import type { FloatArray, Matrix } from "./matrix.ts";

/** The kernels' signatures; all pointers in bytes, all strides in floats, strides a multiple of 8. */
export interface Kernels {
  dotRows(a: number, n: number, b: number, k: number, stride: number, out: number, outStride: number): void;
  transpose(a: number, n: number, d: number, stride: number, out: number, outStride: number): void;
  gatherRows(indices: number, values: number, count: number, dense: number, stride: number, out: number): void;
  sparseTimesPanels(
    indptr: number,
    indices: number,
    values: number,
    rows: number,
    dense: number,
    panelBytes: number,
    out: number,
    outStride: number,
  ): void;
  interleaveBlock(rows: number, pairs: number, out: number): void;
  /** Blocks of 32 rows, `pairs` of 16-bit numbers each. */
  coarseScan(rows: number, blocks: number, pairs: number, query: number, out: number): void;
  /** How many rows were listed. `scratch`: room for 4352 + n numbers. */
  leadingRows(products: number, n: number, k: number, margin: number, scratch: number, list: number): number;
  largestProduct(products: number, n: number): number;
  softSums(products: number, n: number, largest: number, rate: number, outcomes: number, out: number): void;
  dotList(rows: number, stride: number, query: number, list: number, count: number, out: number): void;
  addGram(x: number, k: number, n: number, out: number): void;
  columnSums(rows: number, n: number, stride: number, sums: number): void;
  centreRows(rows: number, n: number, stride: number, means: number, squares: number): void;
  /** The largest squared rounding error of a row. */
  quantiseRows(source: number, n: number, stride: number, out: number, coarseStride: number, scale: number): number;
  adamStep(
    theta: number,
    gradient: number,
    first: number,
    second: number,
    count: number,
    pull: number,
    shrink: number,
    rate: number,
    scale: number,
  ): void;
  fixRows(
    source: number,
    n: number,
    stride: number,
    out: number,
    fixedStride: number,
    units: number,
    longest: number,
  ): void;
  scaleColumns(rows: number, k: number, stride: number, units: number): void;
  fixedSums(
    a: number,
    aUnits: number,
    k: number,
    aStride: number,
    b: number,
    n: number,
    bStride: number,
    d: number,
    packed: number,
    out: number,
    outStride: number,
  ): void;
  fixedProducts(
    a: number,
    aUnits: number,
    n: number,
    b: number,
    bUnits: number,
    k: number,
    fixedStride: number,
    out: number,
    outStride: number,
  ): void;
  logisticSlopes(
    logits: number,
    targets: number,
    rows: number,
    stride: number,
    bias: number,
    weight: number,
    sums: number,
  ): void;
  lloydBind(
    points: number,
    stride: number,
    coarsePoints: number,
    coarseStride: number,
    squares: number,
    centres: number,
    coarseCentres: number,
    centreSquares: number,
    clusters: number,
    sums: number,
    counts: number,
    dirty: number,
    labels: number,
    upper: number,
    lower: number,
    drift: number,
    step: number,
    scratch: number,
  ): void;
  /** How many labels changed. */
  lloydAssign(n: number, fresh: number, scale: number, error: number, noise: number, slack: number): number;
  lloydDistances(n: number, out: number): void;
}

export interface KernelHeap {
  readonly kernels: Kernels;
  /** The memory as floats. Fetch it anew after `reserve`, which may move the memory. */
  floats(): Float32Array;
  ints(): Int32Array;
  /** Makes sure that addresses below `bytes` exist. */
  reserve(bytes: number): void;
}

/** The part of the WebAssembly interface we use: its types come with the DOM library, which a Node project leaves out. */
interface WebAssemblyApi {
  validate(bytes: Uint8Array): boolean;
  Module: new (bytes: Uint8Array) => object;
  Memory: new (descriptor: { initial: number }) => { readonly buffer: ArrayBuffer; grow(pages: number): number };
  Instance: new (module: object, imports: object) => { readonly exports: unknown };
}

const webAssembly = (globalThis as { WebAssembly?: WebAssemblyApi }).WebAssembly;
const pageBytes = 65_536;

// The one cache of this room: compiling is pure, so every heap may share the module. null: no WebAssembly SIMD here.
let compiled: object | null | undefined;

/** A new heap of at least `bytes`, or undefined where WebAssembly SIMD is not available. Throws RangeError when out of memory. */
export function kernelHeap(bytes: number): KernelHeap | undefined {
  const module = kernelModule();
  if (module === null) return undefined;
  const memory = new webAssembly!.Memory({ initial: Math.max(1, Math.ceil(bytes / pageBytes)) });
  const instance = new webAssembly!.Instance(module, { env: { memory } });
  return {
    kernels: instance.exports as Kernels,
    floats: () => new Float32Array(memory.buffer),
    ints: () => new Int32Array(memory.buffer),
    reserve(needed) {
      const missing = needed - memory.buffer.byteLength;
      if (missing > 0) memory.grow(Math.ceil(missing / pageBytes));
    },
  };
}

/** Which code computes here. Most of it agrees bit for bit, but sums of k-means do not, nor need what is fitted by them. */
export function kernelPath(): "simd" | "plain" {
  return kernelModule() === null ? "plain" : "simd";
}

function kernelModule(): object | null {
  if (compiled === undefined) compiled = compile();
  return compiled;
}

/** The row length a kernel wants for `cols` columns: the next multiple of 8. */
export function paddedLength(cols: number): number {
  return (cols + 7) & ~7;
}

/** Copies rows [from, to) to `address` (bytes), padding each with zeros to paddedLength(cols). */
export function copyRowsIn(
  heap: KernelHeap,
  address: number,
  source: Matrix<FloatArray>,
  from: number,
  to: number,
): void {
  const { cols, data } = source;
  const stride = paddedLength(cols);
  const target = heap.floats();
  const start = address / 4;
  if (stride === cols) {
    target.set(data.subarray(from * cols, to * cols), start);
    return;
  }
  target.fill(0, start, start + (to - from) * stride);
  for (let r = from; r < to; r++) target.set(data.subarray(r * cols, (r + 1) * cols), start + (r - from) * stride);
}

/** Copies rows from `address` (bytes) to the start of `target` [rows, cols], dropping the padding. */
export function copyRowsOut(heap: KernelHeap, address: number, rows: number, cols: number, target: Float32Array): void {
  const stride = paddedLength(cols);
  const source = heap.floats();
  const start = address / 4;
  if (stride === cols) {
    target.set(source.subarray(start, start + rows * cols));
    return;
  }
  for (let r = 0; r < rows; r++) target.set(source.subarray(start + r * stride, start + r * stride + cols), r * cols);
}

function compile(): object | null {
  if (webAssembly === undefined) return null;
  const bytes = Uint8Array.from(atob(kernelsWasm), (letter) => letter.charCodeAt(0));
  if (!webAssembly.validate(bytes)) return null;
  try {
    return new webAssembly.Module(bytes);
  } catch {
    // A web page whose content security policy forbids WebAssembly.
    return null;
  }
}
