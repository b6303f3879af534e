/** Where the pruned Lloyd kernel keeps its state, behind the points in the same heap, and the views on it. */
import { dotTwin } from "./dots-twin.ts";
import type { KernelHeap } from "./kernel-heap.ts";
import { paddedLength } from "./kernel-heap.ts";
import type { KMeansPoints } from "./kmeans-points.ts";
import type { Matrix32 } from "./matrix.ts";
import { row } from "./matrix.ts";

/** The longest vector becomes this many units: with rounding, products of two stay below 2^31. */
const coarseRadius = 32_000;

export interface LloydMemory {
  readonly stride: number;
  readonly coarseStride: number;
  /** Units of the 16-bit rows per unit of length. */
  readonly coarseScale: number;
  readonly radius: number;
  /** No single-precision |c|² − 2·x·c is wrong by more than this. */
  readonly noise: number;
  /** The longest difference between a point and its 16-bit form. */
  readonly pointError: number;
  /** Likewise for each centre. [K] */
  readonly centreErrors: Float64Array;
  /** The way each centre has come since the start, in double precision. [K] */
  readonly drifts: Float64Array;
  readonly centreStart: number;
  readonly coarseCentreStart: number;
  readonly distanceStart: number;
  /** Bounds over all centres, of the centres as they stand. */
  readonly pass: { centreRadius: number; centreError: number; longestDrift: number };
  readonly views: {
    readonly centres: Float32Array;
    readonly coarseCentres: Int16Array;
    readonly centreSquares: Float32Array;
    readonly sums: Float64Array;
    readonly counts: Int32Array;
    readonly dirty: Int32Array;
    readonly labels: Int32Array;
    readonly drift: Float32Array;
    readonly step: Float32Array;
    readonly distances: Float64Array;
  };
}

interface Addresses {
  readonly squares: number;
  readonly centres: number;
  readonly coarseCentres: number;
  readonly centreSquares: number;
  readonly sums: number;
  readonly counts: number;
  readonly dirty: number;
  readonly labels: number;
  readonly drift: number;
  readonly step: number;
  readonly distances: number;
  readonly upper: number;
  readonly lower: number;
  readonly scratch: number;
  readonly end: number;
}

/** Lays out the state for these starting centres [K, d], binds the kernel to it, and fills it. */
export function lloydMemory(points: KMeansPoints, heap: KernelHeap, start: Matrix32): LloydMemory {
  const stride = paddedLength(points.centred.cols);
  const at = layOut(points, start.rows, stride);
  heap.reserve(at.end);
  const radius = coarsen(points, heap, start);
  bind(points, heap, at, start.rows, stride);
  const memory: LloydMemory = {
    stride,
    coarseStride: points.coarse.stride,
    coarseScale: points.coarse.scale,
    radius,
    // Six sums of `stride` products, each wrong by at most (stride/4 + 8) roundings of radius².
    noise: 6 * (stride / 4 + 8) * 2 ** -24 * radius ** 2,
    pointError: points.coarse.error,
    centreErrors: new Float64Array(start.rows),
    drifts: new Float64Array(start.rows),
    centreStart: at.centres,
    coarseCentreStart: at.coarseCentres,
    distanceStart: at.distances,
    pass: { centreRadius: radius, centreError: 0, longestDrift: 0 },
    views: freshViews(points, heap, at, start.rows, stride),
  };
  for (let j = 0; j < start.rows; j++) {
    memory.views.centres.set(row(start, j), j * stride);
    measureCentre(heap, memory, j);
    memory.pass.centreError = Math.max(memory.pass.centreError, memory.centreErrors[j]!);
  }
  return memory;
}

function layOut(points: KMeansPoints, clusters: number, stride: number): Addresses {
  const n = points.centred.rows;
  const padded = (clusters + 3) & ~3;
  let end = points.free;
  const take = (bytes: number): number => {
    const address = (end + 15) & ~15;
    end = address + bytes;
    return address;
  };
  return {
    squares: take(n * 4),
    centres: take(padded * stride * 4),
    coarseCentres: take(padded * points.coarse.stride * 2),
    centreSquares: take(padded * 4),
    sums: take(clusters * stride * 8),
    counts: take(clusters * 4),
    dirty: take(clusters * 4),
    labels: take(n * 4),
    drift: take(padded * 4),
    step: take(padded * 4),
    distances: take(n * 8),
    upper: take(n * 4),
    lower: take(n * padded * 4),
    // 16 rows of values, 16 counts, one list of centres
    scratch: take((16 * padded + 16 + padded) * 4),
    end,
  };
}

function bind(points: KMeansPoints, heap: KernelHeap, at: Addresses, clusters: number, stride: number): void {
  heap.kernels.lloydBind(
    0,
    stride,
    points.coarse.start,
    points.coarse.stride,
    at.squares,
    at.centres,
    at.coarseCentres,
    at.centreSquares,
    clusters,
    at.sums,
    at.counts,
    at.dirty,
    at.labels,
    at.upper,
    at.lower,
    at.drift,
    at.step,
    at.scratch,
  );
}

function freshViews(
  points: KMeansPoints,
  heap: KernelHeap,
  at: Addresses,
  clusters: number,
  stride: number,
): LloydMemory["views"] {
  const n = points.centred.rows;
  const padded = (clusters + 3) & ~3;
  const { buffer } = heap.floats();
  new Float32Array(buffer, at.squares, n).set(points.squares);
  return {
    centres: new Float32Array(buffer, at.centres, padded * stride).fill(0),
    coarseCentres: new Int16Array(buffer, at.coarseCentres, padded * points.coarse.stride).fill(0),
    // The pads are centres infinitely far away.
    centreSquares: new Float32Array(buffer, at.centreSquares, padded).fill(1e30),
    sums: new Float64Array(buffer, at.sums, clusters * stride).fill(0),
    counts: new Int32Array(buffer, at.counts, clusters).fill(0),
    dirty: new Int32Array(buffer, at.dirty, clusters).fill(0),
    labels: new Int32Array(buffer, at.labels, n).fill(-1),
    drift: new Float32Array(buffer, at.drift, padded).fill(0),
    step: new Float32Array(buffer, at.step, padded).fill(0),
    distances: new Float64Array(buffer, at.distances, n),
  };
}

/** Brings the 16-bit form, its error and |c|² of centre j up to date. */
export function measureCentre(heap: KernelHeap, memory: LloydMemory, j: number): void {
  const { views, stride, coarseStride } = memory;
  const error = heap.kernels.quantiseRows(
    memory.centreStart + j * stride * 4,
    1,
    stride,
    memory.coarseCentreStart + j * coarseStride * 2,
    coarseStride,
    memory.coarseScale,
  );
  memory.centreErrors[j] = roundedUp(error, memory.radius);
  views.centreSquares[j] = dotTwin(views.centres, j * stride, views.centres, j * stride, stride);
}

/** Makes the 16-bit points unless they already fit these starting centres; the longest vector there can be. */
function coarsen(points: KMeansPoints, heap: KernelHeap, start: Matrix32): number {
  let radius = points.radius;
  for (let j = 0; j < start.rows; j++) {
    const square = dotTwin(start.data, j * start.cols, start.data, j * start.cols, start.cols);
    radius = Math.max(radius, Math.sqrt(square) * (1 + 1e-5));
  }
  const scale = Math.fround(radius === 0 ? 1 : coarseRadius / radius);
  const { centred, coarse } = points;
  if (coarse.scale !== scale) {
    const stride = paddedLength(centred.cols);
    const error = heap.kernels.quantiseRows(0, centred.rows, stride, coarse.start, coarse.stride, scale);
    coarse.error = roundedUp(error, radius);
    coarse.scale = scale;
  }
  return radius;
}

/** The length of an error whose square came from single-precision sums, as a bound. */
function roundedUp(squaredError: number, radius: number): number {
  return Math.sqrt(squaredError) * (1 + 1e-3) + 1e-6 * radius;
}
