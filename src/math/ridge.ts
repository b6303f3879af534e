/**
 * Ridge regression for many targets in closed form, the intercept not penalised:
 *   minimise Σ_i (w·x_i + b − y_i)² + λ·‖w‖²
 */
import { cholesky, solveCholesky } from "./cholesky.ts";
import { dots, product, transposeProduct } from "./dots.ts";
import type { Matrix, Matrix32 } from "./matrix.ts";
import { columnMeans, matrix, matrix32, selectColumns, selectRows, ShapeError } from "./matrix.ts";
import { transposed } from "./transposed.ts";

export interface RidgeOptions {
  /** Penalty λ on the sum of squares, as scikit-learn's alpha. Must be positive. */
  readonly lambda: number;
  /** XᵀX [d, d], when it is at hand. Used where every row of a target is observed. */
  readonly gram?: Matrix;
}

/** Weights [m, d] and biases [m]. */
export interface RidgeFit {
  readonly weights: Matrix32;
  readonly bias: Float64Array;
}

/**
 * The ridge solution for the m targets in y [n, m] on the rows x [n, d]; NaN in y means not observed.
 * Fully observed targets share one factor, of n × n when d > n; each other target has its own. A target without
 * observations gets zeros. Throws ShapeError when shapes do not fit, RangeError unless λ is positive.
 */
export function fitRidge(x: Matrix32, y: Matrix, { lambda, gram }: RidgeOptions): RidgeFit {
  if (!(lambda > 0)) throw new RangeError(`fitRidge: lambda is ${lambda}, must be positive`);
  if (x.rows !== y.rows || (gram !== undefined && (gram.rows !== x.cols || gram.cols !== x.cols))) {
    throw new ShapeError(`fitRidge: x [${x.rows}, ${x.cols}], y [${y.rows}, ${y.cols}] and gram do not fit`);
  }
  const weights = matrix32(y.cols, x.cols);
  const bias = new Float64Array(y.cols);
  const observed = observedRows(y);
  const whole = [...observed.keys()].filter((j) => observed[j]!.length === x.rows);
  const partial = [...observed.keys()].filter((j) => observed[j]!.length < x.rows);
  const store = (columns: readonly number[], fit: RidgeFit): void => {
    columns.forEach((j, c) => {
      weights.data.set(fit.weights.data.subarray(c * x.cols, (c + 1) * x.cols), j * x.cols);
      bias[j] = fit.bias[c]!;
    });
  };
  if (whole.length > 0) store(whole, fitWhole(x, selectColumns(y, whole), lambda, gram));
  for (const j of partial) {
    const rows = observed[j]!;
    store([j], fitWhole(selectRows(x, rows), selectRows(selectColumns(y, [j]), rows), lambda, undefined));
  }
  return { weights, bias };
}

function observedRows(y: Matrix): number[][] {
  const observed: number[][] = Array.from({ length: y.cols }, () => []);
  for (let i = 0; i < y.rows; i++) {
    for (let j = 0; j < y.cols; j++) if (!Number.isNaN(y.data[i * y.cols + j]!)) observed[j]!.push(i);
  }
  return observed;
}

function fitWhole(x: Matrix32, y: Matrix, lambda: number, gram: Matrix | undefined): RidgeFit {
  const xMeans = columnMeans(x);
  const yMeans = columnMeans(y);
  if (x.rows === 0 || x.cols === 0) {
    return { weights: matrix32(y.cols, x.cols), bias: yMeans.map((value) => (Number.isNaN(value) ? 0 : value)) };
  }
  const targets = matrix32(y.rows, y.cols);
  for (let p = 0; p < targets.data.length; p++) targets.data[p] = y.data[p]! - yMeans[p % y.cols]!;
  const weights =
    x.cols > x.rows ? dualWeights(x, xMeans, targets, lambda) : primalWeights(x, xMeans, targets, lambda, gram);
  const bias = yMeans.map((mean, j) => {
    let value = mean;
    for (let c = 0; c < x.cols; c++) value -= weights.data[j * x.cols + c]! * xMeans[c]!;
    return value;
  });
  return { weights, bias };
}

/** From (XᵀX − n·μμᵀ + λI)·w = Xᵀ(y − ȳ). [m, d] */
function primalWeights(
  x: Matrix32,
  means: Float64Array,
  targets: Matrix32,
  lambda: number,
  gram: Matrix | undefined,
): Matrix32 {
  const d = x.cols;
  const squares = gram ?? transposeProduct(x, x);
  const normal = matrix(d, d);
  for (let p = 0; p < d * d; p++) {
    normal.data[p] = squares.data[p]! - x.rows * means[Math.floor(p / d)]! * means[p % d]!;
  }
  for (let c = 0; c < d; c++) normal.data[c * d + c]! += lambda;
  const right = transposeProduct(x, targets);
  const solution = solveCholesky(cholesky(normal), { ...right, data: Float64Array.from(right.data) });
  return transposed({ ...solution, data: Float32Array.from(solution.data) });
}

/** From w = Xᵀ(XXᵀ + λI)⁻¹(y − ȳ) with centred rows. [m, d] */
function dualWeights(x: Matrix32, means: Float64Array, targets: Matrix32, lambda: number): Matrix32 {
  const centred: Matrix32 = { ...x, data: x.data.map((value, p) => value - means[p % x.cols]!) };
  const products = dots(centred, centred);
  const kernel: Matrix = { ...products, data: Float64Array.from(products.data) };
  for (let i = 0; i < x.rows; i++) kernel.data[i * x.rows + i]! += lambda;
  const dual = solveCholesky(cholesky(kernel), { ...targets, data: Float64Array.from(targets.data) });
  return product(transposed({ ...dual, data: Float32Array.from(dual.data) }), centred);
}
