/**
 * Logistic regression for many targets on one set of rows: one convex problem, solved by L-BFGS with the fixed
 * Hessian bound ¼·XᵀX as preconditioner (Böhning & Lindsay, Ann. Inst. Statist. Math. 1988).
 *
 *   loss = mean over observed pairs of BCE(w_j·x_i + b_j, y_ij) + ½·l2·Σ‖w_j‖²
 */
import { cholesky, solveCholeskyInPlace } from "./cholesky.ts";
import { residentMatrix, residentProduct, transposeProduct } from "./dots.ts";
import { minimise } from "./lbfgs.ts";
import type { Objective } from "./lbfgs.ts";
import type { FloatArray, Matrix, Matrix32 } from "./matrix.ts";
import { matrix, matrix32, ShapeError } from "./matrix.ts";
import type { Resident } from "./resident.ts";
import { transposed } from "./transposed.ts";

export interface LogisticOptions {
  /** Penalty of the weights, not of the bias. Must be positive. */
  readonly l2: number;
  /** Weights of the rows in the mean, [n]. @default 1 each */
  readonly rowWeights?: Float64Array;
  /** Where to start, e.g. the solution for another l2. @default zeros */
  readonly start?: { readonly weights: Matrix<FloatArray>; readonly bias: Float64Array };
  /** @default 200 */
  readonly maxIterations?: number;
  /** Relative gradient norm to stop at. @default 1e-5 */
  readonly tolerance?: number;
  /** XᵀX [d, d], when it is at hand: it is most of the work before the first step. */
  readonly gram?: Matrix;
  readonly signal?: AbortSignal;
}

export interface LogisticFit {
  /** [m, d] */
  readonly weights: Matrix32;
  /** [m] */
  readonly bias: Float64Array;
  readonly iterations: number;
  readonly converged: boolean;
}

/**
 * Weights and biases of the m targets in y [n, m] on the centred rows x [n, d]; NaN in y means not observed, values
 * lie in [0, 1]. A target without a single observation gets zeros. Throws ShapeError when shapes do not fit, RangeError
 * unless l2 is positive.
 */
export function fitLogistic(x: Matrix32, y: Matrix, options: LogisticOptions): LogisticFit {
  requireFit(x, y, options);
  const { cols: d } = x;
  const m = y.cols;
  const problem = prepare(x, y, options);
  const start = new Float64Array(m * d + m);
  const { start: warm } = options;
  const norm = warm === undefined ? undefined : gradientNorm(problem, start);
  if (warm !== undefined) {
    start.set(warm.weights.data);
    start.set(warm.bias, m * d);
  }
  const {
    x: solution,
    iterations,
    converged,
  } = minimise(problem.objective, start, {
    precondition: problem.precondition,
    maxIterations: options.maxIterations ?? 200,
    tolerance: options.tolerance ?? 1e-5,
    ...(norm !== undefined && { gradientNorm: norm }),
    ...(options.signal && { signal: options.signal }),
  });
  const weights = matrix32(m, d);
  weights.data.set(solution.subarray(0, m * d));
  return { weights, bias: solution.slice(m * d), iterations, converged };
}

interface Problem {
  readonly objective: Objective;
  readonly precondition: (direction: Float64Array) => void;
}

function prepare(x: Matrix32, y: Matrix, { l2, rowWeights, gram }: LogisticOptions): Problem {
  const { rows: n, cols: d } = x;
  const m = y.cols;
  const targets = targetsByModel(y);
  let total = 0;
  for (let p = 0; p < targets.length; p++) if (!Number.isNaN(targets[p]!)) total += rowWeights?.[p % n] ?? 1;
  const share = Float64Array.from({ length: n }, (_, i) => (total === 0 ? 0 : (rowWeights?.[i] ?? 1) / total));
  const rows = residentMatrix(x);
  const columns = residentMatrix(transposed(x));
  const objective: Objective = (parameters, gradient) =>
    lossAndGradient({ rows, columns, targets, share, l2, m }, parameters, gradient);
  return { objective, precondition: hessianBound(gram ?? gramOf(x), n, m, d, l2) };
}

export interface LossData {
  readonly rows: Resident;
  readonly columns: Resident;
  /** [m, n] */
  readonly targets: Float64Array;
  /** Each row's share of the mean. [n] */
  readonly share: Float64Array;
  readonly l2: number;
  readonly m: number;
}

/** Parameters and gradient: m rows of d weights, then m biases. */
export function lossAndGradient(data: LossData, parameters: Float64Array, gradient: Float64Array): number {
  const { rows, columns, targets, share, l2, m } = data;
  const n = rows.rows;
  const d = rows.cols;
  const weights: Matrix32 = { rows: m, cols: d, data: Float32Array.from(parameters.subarray(0, m * d)) };
  const logits = residentProduct(rows, weights);
  let loss = 0;
  for (let j = 0; j < m; j++) {
    const offset = j * n;
    const bias = parameters[m * d + j]!;
    let slope = 0;
    for (let i = 0; i < n; i++) {
      const y = targets[offset + i]!;
      if (Number.isNaN(y)) {
        logits.data[offset + i] = 0;
        continue;
      }
      const z = logits.data[offset + i]! + bias;
      const e = Math.exp(-Math.abs(z));
      const weight = share[i]!;
      const residual = weight * ((z >= 0 ? 1 : e) / (1 + e) - y);
      loss += weight * (Math.max(z, 0) - z * y + Math.log(1 + e));
      slope += residual;
      logits.data[offset + i] = residual;
    }
    gradient[m * d + j] = slope;
  }
  gradient.set(residentProduct(columns, logits).data);
  for (let p = 0; p < m * d; p++) {
    const weight = parameters[p]!;
    gradient[p]! += l2 * weight;
    loss += 0.5 * l2 * weight * weight;
  }
  return loss;
}

/** The inverse of ¼·XᵀX/(n·m) + l2·I for each model's weights, of ¼/m for its bias. */
function hessianBound(gram: Matrix, n: number, m: number, d: number, l2: number): (direction: Float64Array) => void {
  const bound = matrix(d, d);
  const scale = n === 0 ? 0 : 0.25 / (n * m);
  for (let p = 0; p < d * d; p++) bound.data[p] = scale * gram.data[p]!;
  for (let c = 0; c < d; c++) bound.data[c * d + c]! += l2;
  const lower = cholesky(bound);
  return (direction) => {
    for (let j = 0; j < m; j++) solveCholeskyInPlace(lower, direction.subarray(j * d, (j + 1) * d));
    for (let p = m * d; p < direction.length; p++) direction[p]! *= 4 * m;
  };
}

function gradientNorm(problem: Problem, at: Float64Array): number {
  const gradient = new Float64Array(at.length);
  problem.objective(at, gradient);
  return Math.sqrt(gradient.reduce((sum, value) => sum + value * value, 0));
}

function gramOf(x: Matrix32): Matrix {
  const gram = transposeProduct(x, x);
  return { rows: gram.rows, cols: gram.cols, data: Float64Array.from(gram.data) };
}

/** y transposed: each model's targets side by side. [m, n] */
function targetsByModel(y: Matrix): Float64Array {
  const out = new Float64Array(y.rows * y.cols);
  for (let i = 0; i < y.rows; i++) {
    for (let j = 0; j < y.cols; j++) out[j * y.rows + i] = y.data[i * y.cols + j]!;
  }
  return out;
}

function requireFit(x: Matrix32, y: Matrix, { l2, rowWeights, start, gram }: LogisticOptions): void {
  if (!(l2 > 0)) throw new RangeError(`fitLogistic: l2 is ${l2}, must be positive`);
  if (x.rows !== y.rows) throw new ShapeError(`fitLogistic: ${x.rows} rows of x, ${y.rows} of y`);
  if (rowWeights && rowWeights.length !== x.rows) {
    throw new ShapeError(`fitLogistic: ${rowWeights.length} row weights for ${x.rows} rows`);
  }
  if (gram && (gram.rows !== x.cols || gram.cols !== x.cols)) {
    throw new ShapeError(`fitLogistic: gram [${gram.rows}, ${gram.cols}] does not fit rows of ${x.cols}`);
  }
  if (start && (start.weights.data.length !== y.cols * x.cols || start.bias.length !== y.cols)) {
    throw new ShapeError(
      `fitLogistic: start [${start.weights.rows}, ${start.weights.cols}] should be [${y.cols}, ${x.cols}]`,
    );
  }
}
