/** Cholesky factors in double precision, and the equations they solve. */
import type { Matrix } from "./matrix.ts";
import { matrix, ShapeError } from "./matrix.ts";

/** Thrown for a matrix that differs from its transpose. */
export class SymmetricError extends Error {
  override readonly name = "SymmetricError";
}

/** Thrown when a pivot is not positive: the matrix has no Cholesky factor. */
export class NotPositiveDefiniteError extends Error {
  override readonly name = "NotPositiveDefiniteError";
  readonly pivot: number;

  constructor(pivot: number, value: number) {
    super(`cholesky: pivot ${pivot} is ${value}, so the matrix is not positive definite; add to its diagonal`);
    this.pivot = pivot;
  }
}

/**
 * The lower triangular L with L·Lᵀ = a, zeros above the diagonal. [d, d]
 * Reads a's lower half. Throws ShapeError unless a is square, SymmetricError if two mirrored entries differ by more
 * than 1e-6 of their diagonal's size, NotPositiveDefiniteError if a pivot is not positive (NaN included).
 */
export function cholesky(a: Matrix): Matrix {
  const d = a.rows;
  if (a.cols !== d) throw new ShapeError(`cholesky: [${a.rows}, ${a.cols}] is not square`);
  requireSymmetric(a);
  const lower = matrix(d, d);
  const { data } = lower;
  for (let i = 0; i < d; i++) {
    for (let j = 0; j < i; j++) {
      data[i * d + j] = (a.data[i * d + j]! - dot(data, i * d, j * d, j)) / data[j * d + j]!;
    }
    const pivot = a.data[i * d + i]! - dot(data, i * d, i * d, i);
    if (!(pivot > 0)) throw new NotPositiveDefiniteError(i, pivot);
    data[i * d + i] = Math.sqrt(pivot);
  }
  return lower;
}

/** X with L·Lᵀ·X = b for a lower factor [d, d] and right sides b [d, m]. [d, m] Throws ShapeError unless they fit. */
export function solveCholesky(lower: Matrix, b: Matrix): Matrix {
  if (lower.cols !== lower.rows || lower.rows !== b.rows) {
    throw new ShapeError(`solveCholesky: [${lower.rows}, ${lower.cols}] does not fit [${b.rows}, ${b.cols}]`);
  }
  const out = matrix(b.rows, b.cols);
  const column = new Float64Array(b.rows);
  for (let c = 0; c < b.cols; c++) {
    for (let i = 0; i < b.rows; i++) column[i] = b.data[i * b.cols + c]!;
    solveCholeskyInPlace(lower, column);
    for (let i = 0; i < b.rows; i++) out.data[i * b.cols + c] = column[i]!;
  }
  return out;
}

/** Replaces one right side [d] by the solution. */
export function solveCholeskyInPlace({ rows: d, data }: Matrix, x: Float64Array): void {
  for (let i = 0; i < d; i++) {
    const start = i * d;
    let even = 0;
    let odd = 0;
    let k = 0;
    for (; k + 1 < i; k += 2) {
      even += data[start + k]! * x[k]!;
      odd += data[start + k + 1]! * x[k + 1]!;
    }
    if (k < i) even += data[start + k]! * x[k]!;
    x[i] = (x[i]! - (even + odd)) / data[start + i]!;
  }
  for (let i = d - 1; i >= 0; i--) {
    const start = i * d;
    const value = x[i]! / data[start + i]!;
    x[i] = value;
    for (let k = 0; k < i; k++) x[k]! -= value * data[start + k]!;
  }
}

/** Four running sums, so that additions need not wait for each other. */
function dot(data: Float64Array, a: number, b: number, length: number): number {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let p = 0;
  for (; p + 3 < length; p += 4) {
    s0 += data[a + p]! * data[b + p]!;
    s1 += data[a + p + 1]! * data[b + p + 1]!;
    s2 += data[a + p + 2]! * data[b + p + 2]!;
    s3 += data[a + p + 3]! * data[b + p + 3]!;
  }
  for (; p < length; p++) s0 += data[a + p]! * data[b + p]!;
  return s0 + s1 + (s2 + s3);
}

function requireSymmetric({ rows: d, data }: Matrix): void {
  for (let i = 0; i < d; i++) {
    for (let j = 0; j < i; j++) {
      const size = Math.sqrt(Math.abs(data[i * d + i]! * data[j * d + j]!));
      if (Math.abs(data[i * d + j]! - data[j * d + i]!) > 1e-6 * size) {
        throw new SymmetricError(
          `cholesky: entries [${i}, ${j}] ${data[i * d + j]} and [${j}, ${i}] ${data[j * d + i]}`,
        );
      }
    }
  }
}
