/**
 * Multinomial logistic regression, by L-BFGS with Böhning's Hessian bound ½·XᵀX as preconditioner.
 *
 *   loss = mean over rows of −log softmax(W·x_i + b)[class_i] + ½·l2·Σ‖w_c‖²
 * Source: Böhning, "Multinomial logistic regression algorithm", Ann. Inst. Statist. Math. 44 (1992).
 */
import { cholesky, solveCholeskyInPlace } from "./cholesky.ts";
import { residentMatrix, residentProduct } from "./dots.ts";
import { gram as gramOf } from "./gram.ts";
import { minimise } from "./lbfgs.ts";
import type { Matrix, Matrix32 } from "./matrix.ts";
import { matrix, matrix32, ShapeError } from "./matrix.ts";
import type { Resident } from "./resident.ts";
import { transposed } from "./transposed.ts";

export interface SoftmaxOptions {
  readonly classes: number;
  /** Penalty of the weights, not of the biases. Must be positive. */
  readonly l2: number;
  /** XᵀX [d, d], when it is at hand. */
  readonly gram?: Matrix;
  readonly signal?: AbortSignal;
}

export interface SoftmaxFit {
  /** [classes, d] */
  readonly weights: Matrix32;
  /** [classes] */
  readonly bias: Float64Array;
}

/** Weights and biases for the class of each row of x [n, d]; a class of −1 was not observed and weighs nothing. */
export function fitSoftmax(x: Matrix32, classOf: Int32Array, options: SoftmaxOptions): SoftmaxFit {
  const { classes, l2, gram = gramOf(x), signal } = options;
  if (!(l2 > 0)) throw new RangeError(`fitSoftmax: l2 is ${l2}, must be positive`);
  if (classOf.length !== x.rows) throw new ShapeError(`fitSoftmax: ${x.rows} rows of x, ${classOf.length} classes`);
  const { cols: d } = x;
  const data: SoftmaxData = { rows: residentMatrix(x), columns: residentMatrix(transposed(x)), classOf, classes, l2 };
  const { x: solution } = minimise(
    (parameters, gradient) => softmaxLoss(data, parameters, gradient),
    new Float64Array(classes * (d + 1)),
    { precondition: hessianBound(gram, x.rows, classes, l2), ...(signal && { signal }) },
  );
  const weights = matrix32(classes, d);
  weights.data.set(solution.subarray(0, classes * d));
  return { weights, bias: solution.slice(classes * d) };
}

export interface SoftmaxData {
  readonly rows: Resident;
  readonly columns: Resident;
  readonly classOf: Int32Array;
  readonly classes: number;
  readonly l2: number;
}

/** Parameters and gradient: `classes` rows of d weights, then as many biases. */
export function softmaxLoss(data: SoftmaxData, parameters: Float64Array, gradient: Float64Array): number {
  const { rows, columns, classOf, classes, l2 } = data;
  const n = rows.rows;
  const size = classes * rows.cols;
  const weights: Matrix32 = { rows: classes, cols: rows.cols, data: Float32Array.from(parameters.subarray(0, size)) };
  const logits = residentProduct(rows, weights);
  const bias = parameters.subarray(size);
  const known = classOf.reduce((count, own) => count + Number(own >= 0), 0) || 1;
  gradient.fill(0, size);
  let loss = 0;
  for (let i = 0; i < n; i++) {
    const own = classOf[i]!;
    const chances = softmax(Float64Array.from(bias, (b, c) => logits.data[c * n + i]! + b));
    if (own >= 0) loss -= Math.log(chances[own]!) / known;
    for (let c = 0; c < classes; c++) {
      const residual = own < 0 ? 0 : (chances[c]! - Number(c === own)) / known;
      gradient[size + c]! += residual;
      logits.data[c * n + i] = residual;
    }
  }
  gradient.set(residentProduct(columns, logits).data);
  for (let p = 0; p < size; p++) {
    gradient[p]! += l2 * parameters[p]!;
    loss += 0.5 * l2 * parameters[p]! ** 2;
  }
  return loss;
}

/** e^z scaled to sum to 1. */
export function softmax(logits: Float64Array): Float64Array {
  const most = logits.reduce((top, z) => Math.max(top, z), -Infinity);
  const raised = logits.map((z) => Math.exp(z - most));
  const total = raised.reduce((sum, value) => sum + value, 0);
  return raised.map((value) => value / total);
}

function hessianBound(gram: Matrix, n: number, classes: number, l2: number): (direction: Float64Array) => void {
  const d = gram.cols;
  const bound = matrix(d, d);
  for (let p = 0; p < d * d; p++) bound.data[p] = n === 0 ? 0 : (0.5 / n) * gram.data[p]!;
  for (let c = 0; c < d; c++) bound.data[c * d + c]! += l2;
  const lower = cholesky(bound);
  return (direction) => {
    for (let c = 0; c < classes; c++) solveCholeskyInPlace(lower, direction.subarray(c * d, (c + 1) * d));
    for (let p = classes * d; p < direction.length; p++) direction[p]! *= 2;
  };
}
