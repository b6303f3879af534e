/**
 * Logistic regression for one target and few inputs, by Newton's method in double precision: a handful of steps, each a
 * solve of the inputs' size. For many inputs or targets: logistic.ts.
 *
 *   loss = mean over rows of BCE(w·x_i + b, y_i) + ½·l2·‖w‖²
 */
import { cholesky, solveCholeskyInPlace } from "./cholesky.ts";
import { matrix, row, ShapeError } from "./matrix.ts";
import type { Matrix } from "./matrix.ts";

export interface SmallLogisticFit {
  /** [k] */
  readonly weights: Float64Array;
  readonly bias: number;
}

const mostSteps = 50;
const leastSize = 1e-6;
/** Keeps the bias finite where every target is 0, or every one 1. */
const biasPenalty = 1e-6;

/** Weights and bias for targets y [n] in 0 … 1 on rows x [n, k]. No rows give zeros. */
export function fitSmallLogistic(x: Matrix, y: Float64Array, l2: number): SmallLogisticFit {
  if (!(l2 > 0)) throw new RangeError(`fitSmallLogistic: l2 is ${l2}, must be positive`);
  if (y.length !== x.rows) throw new ShapeError(`fitSmallLogistic: ${x.rows} rows of x, ${y.length} of y`);
  const penalty = new Float64Array(x.cols + 1).fill(l2);
  penalty[x.cols] = biasPenalty;
  let at = new Float64Array(x.cols + 1);
  let loss = lossAt(x, y, penalty, at);
  for (let step = 0; step < mostSteps && x.rows > 0; step++) {
    const move = newtonStep(x, y, penalty, at);
    let size = 1;
    let next = moved(at, move, size);
    let nextLoss = lossAt(x, y, penalty, next);
    while (nextLoss > loss && size > leastSize) {
      size /= 2;
      next = moved(at, move, size);
      nextLoss = lossAt(x, y, penalty, next);
    }
    if (!(nextLoss < loss)) break;
    const gained = loss - nextLoss;
    at = next;
    loss = nextLoss;
    // Newton's error squares with each step: the next one would gain less than rounding.
    if (gained < 1e-8 * Math.max(1, loss)) break;
  }
  return { weights: at.slice(0, x.cols), bias: at[x.cols]! };
}

function moved(at: Float64Array, move: Float64Array, size: number): Float64Array<ArrayBuffer> {
  return Float64Array.from(at, (value, c) => value - size * move[c]!);
}

function valueAt(inputs: Float64Array, at: Float64Array): number {
  let z = at[inputs.length]!;
  for (let c = 0; c < inputs.length; c++) z += at[c]! * inputs[c]!;
  return z;
}

function lossAt(x: Matrix, y: Float64Array, penalty: Float64Array, at: Float64Array): number {
  let loss = 0;
  for (let i = 0; i < x.rows; i++) {
    const z = valueAt(row(x, i), at);
    loss += (Math.max(z, 0) - z * y[i]! + Math.log1p(Math.exp(-Math.abs(z)))) / x.rows;
  }
  return at.reduce((sum, value, c) => sum + 0.5 * penalty[c]! * value * value, loss);
}

/** Hessian⁻¹ · gradient. */
function newtonStep(x: Matrix, y: Float64Array, penalty: Float64Array, at: Float64Array): Float64Array {
  const k = x.cols + 1;
  const gradient = at.map((value, c) => penalty[c]! * value);
  const hessian = matrix(k, k);
  const { data: curvature } = hessian;
  const inputs = new Float64Array(k).fill(1);
  for (let i = 0; i < x.rows; i++) {
    const own = row(x, i);
    inputs.set(own);
    const chance = 1 / (1 + Math.exp(-valueAt(own, at)));
    const slope = (chance - y[i]!) / x.rows;
    const weight = (chance * (1 - chance)) / x.rows;
    for (let a = 0; a < k; a++) {
      gradient[a]! += slope * inputs[a]!;
      const scaled = weight * inputs[a]!;
      const start = a * k;
      for (let b = 0; b <= a; b++) curvature[start + b]! += scaled * inputs[b]!;
    }
  }
  for (let a = 0; a < k; a++) {
    hessian.data[a * k + a]! += penalty[a]!;
    for (let b = 0; b < a; b++) hessian.data[b * k + a] = hessian.data[a * k + b]!;
  }
  solveCholeskyInPlace(cholesky(hessian), gradient);
  return gradient;
}
