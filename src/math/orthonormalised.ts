import { cholesky, NotPositiveDefiniteError } from "./cholesky.ts";
import { product } from "./dots.ts";
import { gram } from "./gram.ts";
import type { Matrix, Matrix32 } from "./matrix.ts";
import { matrix32 } from "./matrix.ts";
import { symmetricEigen } from "./symmetric-eigen.ts";

/** Below this ratio of the smallest to the largest length, rounding of single-precision columns drowns directions. */
const smallestRatio = 3e-5;

/**
 * An orthonormal basis of the columns of y [n, k], by Cholesky-QR. [n, k'], k' < k where columns are dependent.
 * One pass leaves an error of about 1e-7 times y's condition; a second pass on the result removes it.
 */
export function orthonormalised(y: Matrix32): Matrix32 {
  const squares = gram(y);
  return byCholesky(y, squares) ?? product(y, eigenTurn(squares));
}

/** The same, but undefined where the columns are too close to dependent for single precision. */
export function wellConditionedBasis(y: Matrix32): Matrix32 | undefined {
  return byCholesky(y, gram(y));
}

function byCholesky(y: Matrix32, squares: Matrix): Matrix32 | undefined {
  const lower = wellConditionedFactor(squares);
  return lower && product(y, inverseTransposed(lower));
}

function wellConditionedFactor(squares: Matrix): Matrix | undefined {
  try {
    const lower = cholesky(squares);
    let least = Infinity;
    let most = 0;
    for (let i = 0; i < lower.rows; i++) {
      least = Math.min(least, lower.data[i * lower.cols + i]!);
      most = Math.max(most, lower.data[i * lower.cols + i]!);
    }
    return least > smallestRatio * most ? lower : undefined;
  } catch (error) {
    if (error instanceof NotPositiveDefiniteError) return undefined;
    throw error;
  }
}

/** L⁻ᵀ for a lower triangular L. [k, k] */
function inverseTransposed({ rows: k, data }: Matrix): Matrix32 {
  const out = matrix32(k, k);
  const column = new Float64Array(k);
  for (let c = 0; c < k; c++) {
    column.fill(0);
    column[c] = 1;
    for (let i = c; i < k; i++) {
      let sum = column[i]!;
      for (let p = c; p < i; p++) sum -= data[i * k + p]! * column[p]!;
      column[i] = sum / data[i * k + i]!;
      out.data[c * k + i] = column[i]!;
    }
  }
  return out;
}

/** Eigenvectors of the Gram matrix over the roots of their values, the directions that are zero left out. [k, k'] */
function eigenTurn(squares: Matrix): Matrix32 {
  const { values, vectors } = symmetricEigen(squares);
  const kept = values.filter((value) => value > smallestRatio ** 2 * values[0]! && value > 0).length;
  const out = matrix32(squares.rows, kept);
  for (let c = 0; c < kept; c++) {
    for (let p = 0; p < squares.rows; p++) {
      out.data[p * kept + c] = vectors.data[c * squares.rows + p]! / Math.sqrt(values[c]!);
    }
  }
  return out;
}
