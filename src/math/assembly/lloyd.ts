// @ts-nocheck: AssemblyScript, compiled by scripts/build-kernels.mjs
/**
 * The assignment step of Lloyd's algorithm, exact but sparing: Elkan's bounds (ICML 2003) decide which distances can
 * matter, 16-bit products with a known error decide nearly all of those, and only near ties are computed in floats.
 * Labels equal those of computing every t_ij = |c_j|² − 2·x_i·c_j in single precision, ties to the lower index.
 * Lower bounds are kept with the drift of their centre at the time added, so that a pass need not rewrite them.
 */
import { coarseBlock } from "./coarse-dots";
import {
  bindPass,
  BLOCK,
  centres,
  centreSquares,
  clusters,
  coarseBytes,
  coarseCentres,
  coarsePoints,
  counts,
  drift,
  error,
  labels,
  list,
  lower,
  noise,
  padded,
  points,
  scale,
  scratch,
  slack,
  squares,
  step,
  upper,
} from "./lloyd-state";
import { coarseValue, coarseValues, exactValue, leastLane, relabel, upperBound } from "./lloyd-values";

/** Assigns all n points; `fresh` ignores the bounds. Gives the number of labels that changed. */
export function lloydAssign(n: i32, fresh: i32, scale_: f32, error_: f32, noise_: f32, slack_: f32): i32 {
  bindPass(scale_, error_, noise_, slack_);
  let changed = 0;
  for (let i = 0; i < n; i += BLOCK) {
    const rows = min(BLOCK, n - i);
    if (fresh || openDistances(i, rows) * 5 > rows * clusters * 2) changed += assignBlock(i, rows);
    else changed += assignOpen(i, rows);
  }
  return changed;
}

/** All distances of a block of points. */
function assignBlock(first: i32, rows: i32): i32 {
  const width = <usize>padded * 4;
  let changed = 0;
  coarseBlock(coarsePoints + <usize>first * coarseBytes, rows, coarseCentres, padded >> 2, coarseBytes, scratch, width);
  for (let r = 0; r < rows; r++) changed += settleRow(first + r, scratch + <usize>r * width);
  return changed;
}

/** From the 16-bit products of point i with all centres: its label and all its bounds. */
function settleRow(i: i32, row: usize): i32 {
  const width = <usize>padded * 4;
  const factor = f32x4.splat(scale);
  let least = f32x4.splat(Infinity);
  for (let j: usize = 0; j < width; j += 16) {
    const t = f32x4.sub(v128.load(centreSquares + j), f32x4.mul(factor, f32x4.convert_i32x4_s(v128.load(row + j))));
    v128.store(row + j, t);
    least = f32x4.pmin(least, t);
  }
  const best = nearestIn(i, row, leastLane(least) + 2 * error);
  const square = load<f32>(squares + <usize>i * 4);
  const base = f32x4.splat(square - error);
  const zero = f32x4.splat(0);
  const bounds = lower + <usize>i * width;
  for (let j: usize = 0; j < width; j += 16) {
    const distance = f32x4.sqrt(f32x4.pmax(zero, f32x4.add(v128.load(row + j), base)));
    v128.store(bounds + j, f32x4.add(distance, v128.load(drift + j)));
  }
  store<f32>(upper + <usize>i * 4, upperBound(square, load<f32>(row + <usize>best * 4)));
  return relabel(i, best);
}

/** The nearest centre of point i among those whose coarse value is at most `limit`; floats only if there are several. */
function nearestIn(i: i32, row: usize, limit: f32): i32 {
  const width = <usize>padded * 4;
  const limits = f32x4.splat(limit);
  let best = -1;
  let bestValue: f32 = NaN;
  for (let j: usize = 0; j < width; j += 16) {
    let mask = i32x4.bitmask(f32x4.le(v128.load(row + j), limits));
    while (mask) {
      const candidate = <i32>(j >> 2) + ctz(mask);
      mask &= mask - 1;
      if (best < 0) {
        best = candidate;
        continue;
      }
      if (isNaN(bestValue)) bestValue = exactValue(i, best);
      const value = exactValue(i, candidate);
      if (value < bestValue) {
        best = candidate;
        bestValue = value;
      }
    }
  }
  return best;
}

/** Moves the upper bounds of a block along with the centres; how many distances the bounds leave open. */
function openDistances(first: i32, rows: i32): i32 {
  let open = 0;
  for (let r = 0; r < rows; r++) {
    const i = first + r;
    const label = load<i32>(labels + <usize>i * 4);
    let bound = load<f32>(upper + <usize>i * 4) + load<f32>(step + <usize>label * 4);
    let count = openOf(i, reach(bound));
    if (count > 1) {
      bound = min(bound, upperBound(load<f32>(squares + <usize>i * 4), coarseValue(i, label)));
      count = openOf(i, reach(bound));
    }
    store<f32>(upper + <usize>i * 4, bound);
    // The own centre's lower bound is always open; alone it means the label stands.
    store<i32>(list + <usize>r * 4, count > 1 ? count : 0);
    if (count > 1) open += count;
  }
  return open;
}

/** The distance a lower bound must exceed for its centre to be out of the running, rounding included. */
function reach(bound: f32): f32 {
  return sqrt<f32>(bound * bound + 2 * noise) + slack;
}

function openOf(i: i32, distance: f32): i32 {
  const width = <usize>padded * 4;
  const bounds = lower + <usize>i * width;
  const limit = f32x4.splat(distance);
  let total = i32x4.splat(0);
  for (let j: usize = 0; j < width; j += 16) {
    total = i32x4.sub(total, f32x4.le(f32x4.sub(v128.load(bounds + j), v128.load(drift + j)), limit));
  }
  return (
    i32x4.extract_lane(total, 0) +
    i32x4.extract_lane(total, 1) +
    i32x4.extract_lane(total, 2) +
    i32x4.extract_lane(total, 3)
  );
}

/** Only the open distances of a block; `openDistances` left the counts in `list`. */
function assignOpen(first: i32, rows: i32): i32 {
  let changed = 0;
  for (let r = 0; r < rows; r++) {
    if (load<i32>(list + <usize>r * 4) > 0) changed += settleOpen(first + r);
  }
  return changed;
}

function settleOpen(i: i32): i32 {
  const label = load<i32>(labels + <usize>i * 4);
  const count = listOpen(i, label);
  const indices = list + 4 * BLOCK;
  const values = scratch;
  coarseValues(i, indices, count, values);
  const square = load<f32>(squares + <usize>i * 4);
  const bounds = lower + <usize>(i * padded) * 4;
  let least: f32 = Infinity;
  for (let e = 0; e < count; e++) {
    const j = <usize>load<i32>(indices + <usize>e * 4) * 4;
    const t = load<f32>(values + <usize>e * 4);
    least = min(least, t);
    store<f32>(bounds + j, sqrt<f32>(max<f32>(0, t + square - error)) + load<f32>(drift + j));
  }
  const limit = least + 2 * error;
  let best = -1;
  let bestValue: f32 = NaN;
  let bestCoarse: f32 = 0;
  for (let e = 0; e < count; e++) {
    const t = load<f32>(values + <usize>e * 4);
    if (t > limit) continue;
    const j = load<i32>(indices + <usize>e * 4);
    if (best >= 0) {
      if (isNaN(bestValue)) bestValue = exactValue(i, best);
      const value = exactValue(i, j);
      if (value > bestValue || (value == bestValue && j > best)) continue;
      bestValue = value;
    }
    best = j;
    bestCoarse = t;
  }
  store<f32>(upper + <usize>i * 4, upperBound(square, bestCoarse));
  return relabel(i, best);
}

/** Writes the open centres of point i to the list, its own first. */
function listOpen(i: i32, label: i32): i32 {
  const width = <usize>padded * 4;
  const bounds = lower + <usize>i * width;
  const limit = f32x4.splat(reach(load<f32>(upper + <usize>i * 4)));
  const indices = list + 4 * BLOCK;
  store<i32>(indices, label);
  let count = 1;
  for (let j: usize = 0; j < width; j += 16) {
    let mask = i32x4.bitmask(f32x4.le(f32x4.sub(v128.load(bounds + j), v128.load(drift + j)), limit));
    while (mask) {
      const candidate = <i32>(j >> 2) + ctz(mask);
      mask &= mask - 1;
      if (candidate == label) continue;
      store<i32>(indices + <usize>count * 4, candidate);
      count++;
    }
  }
  return count;
}
