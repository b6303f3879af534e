/**
 * Lloyd's algorithm on the pruned kernel (assembly/lloyd.ts): the same labels as the plain algorithm in
 * `lloyd-twin.ts`, for a fraction of the distances. Bounds carry every rounding error, so pruning never errs.
 * Source: Elkan, "Using the Triangle Inequality to Accelerate k-Means", ICML 2003.
 */
import { paddedLength } from "./kernel-heap.ts";
import type { KernelHeap } from "./kernel-heap.ts";
import type { KMeansPoints } from "./kmeans-points.ts";
import type { LloydResult, LloydSettings } from "./lloyd-twin.ts";
import { emptyClusters, farthestPoints, lloydTwin } from "./lloyd-twin.ts";
import type { LloydMemory } from "./lloyd-memory.ts";
import { lloydMemory, measureCentre } from "./lloyd-memory.ts";
import type { Matrix32 } from "./matrix.ts";
import { matrix32 } from "./matrix.ts";

/** Lloyd's steps from the given centres [K, d] in the centred space. Throws on an aborted signal. */
export function lloyd(points: KMeansPoints, start: Matrix32, settings: LloydSettings): LloydResult {
  const { heap } = points;
  if (heap === undefined || points.centred.cols === 0) return lloydTwin(points, start, settings);
  const n = points.centred.rows;
  const memory = lloydMemory(points, heap, start);
  let iterations = 0;
  let settled = false;
  while (iterations < settings.maxIterations && !settled) {
    settings.signal?.throwIfAborted();
    iterations++;
    settled = assign(heap, memory, n, iterations === 1) === 0;
    const shift = moveCentres(heap, memory, points);
    if (!settled && shift <= settings.largestShift) break;
  }
  if (!settled) assign(heap, memory, n, false);
  return { ...resultOf(heap, memory, points, start.rows), iterations };
}

function assign(heap: KernelHeap, memory: LloydMemory, n: number, fresh: boolean): number {
  const { radius, noise, coarseScale, pointError } = memory;
  const { centreRadius, centreError, longestDrift } = memory.pass;
  const coarse = 2 * (radius * centreError + pointError * centreRadius + pointError * centreError);
  const slack = 1e-6 * (2 * radius + longestDrift);
  return heap.kernels.lloydAssign(n, fresh ? 1 : 0, 2 / coarseScale ** 2, coarse + noise, noise, slack);
}

/** Sets every centre to the mean of its points; Σ‖Δcentre‖². */
function moveCentres(heap: KernelHeap, memory: LloydMemory, points: KMeansPoints): number {
  const { counts, dirty } = memory.views;
  const empty = emptyClusters(counts);
  if (empty.length === 0) return meansOfDirty(heap, memory);
  heap.kernels.lloydDistances(points.centred.rows, memory.distanceStart);
  const { distances, labels } = memory.views;
  const taken = farthestPoints(distances, labels, counts, empty.length);
  const from = taken.map((i) => labels[i]!);
  taken.forEach((i, e) => {
    transfer(memory, points, i, from[e]!, empty[e]!);
  });
  const shift = meansOfDirty(heap, memory);
  // The points belong to their old clusters until the next assignment says otherwise.
  taken.forEach((i, e) => {
    transfer(memory, points, i, empty[e]!, from[e]!);
    memory.views.sums.fill(0, empty[e]! * memory.stride, (empty[e]! + 1) * memory.stride);
    dirty[empty[e]!] = 1;
    dirty[from[e]!] = 1;
  });
  return shift;
}

/** Moves point i between the sums of two clusters, not its label. */
function transfer(
  { views, stride }: LloydMemory,
  { centred }: KMeansPoints,
  i: number,
  from: number,
  to: number,
): void {
  for (let p = 0; p < centred.cols; p++) {
    const value = centred.data[i * centred.cols + p]!;
    views.sums[from * stride + p]! -= value;
    views.sums[to * stride + p]! += value;
  }
  views.counts[from]! -= 1;
  views.counts[to]! += 1;
  views.dirty[from] = 1;
  views.dirty[to] = 1;
}

function meansOfDirty(heap: KernelHeap, memory: LloydMemory): number {
  const { views, pass } = memory;
  let total = 0;
  pass.centreError = 0;
  pass.centreRadius = 0;
  pass.longestDrift = 0;
  for (let j = 0; j < views.counts.length; j++) {
    const shift = views.dirty[j] === 0 ? 0 : meanOf(heap, memory, j);
    views.dirty[j] = 0;
    total += shift;
    // Rounded up: a bound may be loose, never wrong.
    const step = Math.sqrt(shift) * (1 + 1e-6);
    views.step[j] = step;
    memory.drifts[j]! += step;
    views.drift[j] = memory.drifts[j]!;
    pass.longestDrift = Math.max(pass.longestDrift, memory.drifts[j]!);
    pass.centreError = Math.max(pass.centreError, memory.centreErrors[j]!);
    pass.centreRadius = Math.max(pass.centreRadius, Math.sqrt(views.centreSquares[j]!) * (1 + 1e-5));
  }
  return total;
}

/** Sets centre j to its mean and all that hangs on it; ‖Δcentre‖². */
function meanOf(heap: KernelHeap, memory: LloydMemory, j: number): number {
  const { views, stride } = memory;
  const start = j * stride;
  const count = views.counts[j]!;
  let shift = 0;
  for (let p = start; p < start + stride; p++) {
    const value = Math.fround(views.sums[p]! / count);
    const difference = value - views.centres[p]!;
    shift += difference * difference;
    views.centres[p] = value;
  }
  measureCentre(heap, memory, j);
  return shift;
}

function resultOf(
  heap: KernelHeap,
  memory: LloydMemory,
  { centred }: KMeansPoints,
  clusters: number,
): Omit<LloydResult, "iterations"> {
  const { rows, cols } = centred;
  heap.kernels.lloydDistances(rows, memory.distanceStart);
  const centres = matrix32(clusters, cols);
  const stride = paddedLength(cols);
  for (let j = 0; j < clusters; j++) {
    centres.data.set(memory.views.centres.subarray(j * stride, j * stride + cols), j * cols);
  }
  const inertia = memory.views.distances.reduce((sum, value) => sum + value, 0);
  return { centres, labels: memory.views.labels.slice(), inertia };
}
