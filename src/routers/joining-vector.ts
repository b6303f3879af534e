/**
 * The vector of a model that joins a router which reads a query into features and gives each model a vector of its own:
 * the features stay as they are, and the newcomer's vector is the likeliest one for its labels where, before any label,
 * it is drawn like those of the models that are there.
 *
 *   logit P(right on i) = offset_i + x_i·v,  v = v̄ + Σ_j β_j·(v_j − v̄)/√(m − 1) + Σ_c γ_c·r_c·e_c,  β, γ ~ N(0, 1)
 *   loss = Σ_i BCE(logit_i, y_i) + ½·‖β‖² + ½·‖γ‖²
 * So no label gives the pool's mean, a few give a mix of its models, and many whatever they say. r_c is a share of the
 * spread of coordinate c over the models.
 */
import { minimise } from "../math/lbfgs.ts";
import { columnMeans, matrix, row } from "../math/matrix.ts";
import type { FloatArray, Matrix } from "../math/matrix.ts";

export interface VectorJoining {
  /** x [s, k] of the prompts that the newcomer is scored on */
  readonly features: Matrix<FloatArray>;
  /** [s] what every model's logit has for the prompt */
  readonly offset: Float64Array;
  /** [s] in 0 … 1 */
  readonly score: Float64Array;
  /** v_j [m, k] of the models that are there and known */
  readonly vectors: Matrix<FloatArray>;
  readonly signal?: AbortSignal | undefined;
}

/** How far the newcomer may stray from a mix of the others, as a share of a coordinate's spread. */
const ownShare = 0.5;
/** The spread where there is but one model to tell it from. */
const leastSpread = 0.1;

/** v [k]. */
export function joiningVector({ features, offset, score, vectors, signal }: VectorJoining): Float64Array {
  const { rows: m, cols: k } = vectors;
  const middle = columnMeans(vectors).map((value) => (Number.isNaN(value) ? 0 : value));
  const deviations = matrix(m, k);
  const share = 1 / Math.sqrt(Math.max(1, m - 1));
  vectors.data.forEach((value, p) => (deviations.data[p] = share * (value - middle[p % k]!)));
  const own = Float64Array.from({ length: k }, (_, c) => ownShare * (spreadOf(deviations, c) || leastSpread));
  const vectorAt = (at: Float64Array): Float64Array => {
    const vector = middle.map((value, c) => value + own[c]! * at[m + c]!);
    for (let j = 0; j < m; j++) row(deviations, j).forEach((value, c) => (vector[c]! += at[j]! * value));
    return vector;
  };
  const objective = (at: Float64Array, gradient: Float64Array): number => {
    const { loss, slope } = crossEntropy(features, offset, score, vectorAt(at));
    for (let j = 0; j < m; j++) gradient[j] = at[j]! + dot(row(deviations, j), slope);
    for (let c = 0; c < k; c++) gradient[m + c] = at[m + c]! + own[c]! * slope[c]!;
    return loss + dot(at, at) / 2;
  };
  return vectorAt(minimise(objective, new Float64Array(m + k), { ...(signal && { signal }) }).x);
}

/** The same for models with a constant b_j [m] beside their vectors: logit = offset_i + x_i·v + b. */
export function joiningVectorAndBias({ features, vectors, ...rest }: VectorJoining, bias: Float64Array): VectorAndBias {
  const k = vectors.cols;
  // On features about their mean, constants and vectors do not mix.
  const mean = columnMeans(features);
  const centred = matrix(features.rows, k + 1);
  centred.data.forEach((_, p) => {
    const c = p % (k + 1);
    centred.data[p] = c === k ? 1 : row(features, Math.floor(p / (k + 1)))[c]! - mean[c]!;
  });
  const longer = matrix(vectors.rows, k + 1);
  for (let j = 0; j < vectors.rows; j++) {
    row(longer, j).set(row(vectors, j));
    longer.data[j * (k + 1) + k] = bias[j]! + dot(row(vectors, j), mean);
  }
  const fitted = joiningVector({ features: centred, vectors: longer, ...rest });
  const vector = fitted.slice(0, k);
  return { vector, bias: fitted[k]! - dot(vector, mean) };
}

export interface VectorAndBias {
  /** [k] */
  readonly vector: Float64Array;
  readonly bias: number;
}

/** Of coordinate c over the models, whose deviations are divided by the root of their number already. */
function spreadOf({ rows, cols, data }: Matrix, c: number): number {
  let square = 0;
  for (let j = 0; j < rows; j++) square += data[j * cols + c]! ** 2;
  return Math.sqrt(square);
}

/** Σ BCE and its slope by the vector [k]. */
function crossEntropy(
  features: Matrix<FloatArray>,
  offset: Float64Array,
  score: Float64Array,
  vector: Float64Array,
): { readonly loss: number; readonly slope: Float64Array } {
  const slope = new Float64Array(vector.length);
  let loss = 0;
  for (let i = 0; i < features.rows; i++) {
    const inputs = row(features, i);
    const z = offset[i]! + dot(inputs, vector);
    loss += Math.max(z, 0) - z * score[i]! + Math.log1p(Math.exp(-Math.abs(z)));
    const error = 1 / (1 + Math.exp(-z)) - score[i]!;
    for (let c = 0; c < slope.length; c++) slope[c]! += error * inputs[c]!;
  }
  return { loss, slope };
}

function dot(a: FloatArray, b: FloatArray): number {
  let sum = 0;
  for (let c = 0; c < a.length; c++) sum += a[c]! * b[c]!;
  return sum;
}
