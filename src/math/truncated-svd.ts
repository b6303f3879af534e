/**
 * The leading singular vectors of a sparse matrix, by randomised subspace iteration.
 * Source: Halko, Martinsson & Tropp, "Finding structure with randomness", SIAM Review 2011.
 */
import { product } from "./dots.ts";
import { gram } from "./gram.ts";
import type { Matrix32 } from "./matrix.ts";
import { matrix32 } from "./matrix.ts";
import { orthonormalised, wellConditionedBasis } from "./orthonormalised.ts";
import type { Random } from "./random.ts";
import type { SparseMatrix } from "./sparse-matrix.ts";
import { sparseTimesDense, sparseTransposed } from "./sparse-matrix.ts";
import type { SymmetricEigen } from "./symmetric-eigen.ts";
import { symmetricEigen } from "./symmetric-eigen.ts";
import { transposed } from "./transposed.ts";

export type { SparseMatrix } from "./sparse-matrix.ts";

export interface TruncatedSvdOptions {
  /** How many directions are wanted. */
  readonly rank: number;
  /** Further directions carried along for accuracy. @default 10 */
  readonly oversample?: number;
  /** Multiplications by X·Xᵀ. @default 3 */
  readonly powerIterations?: number;
}

/** components [cols, rank'] are the right singular vectors V by columns; singularValues [rank'], the largest first. */
export interface TruncatedSvd {
  readonly components: Matrix32;
  readonly singularValues: Float64Array;
}

/** Singular values below this share of the largest are rounding noise of the single-precision products. */
const smallestShare = 1e-3;
/** Where singular values spread more than this, the smallest components need a second orthonormalisation. */
const largestSpread = 200;

/**
 * The first `rank` right singular vectors and singular values of x. rank' is less than rank where x has fewer rows,
 * columns, or directions that are not zero. The entry of largest magnitude in each component is positive.
 */
export function truncatedSvd(x: SparseMatrix, options: TruncatedSvdOptions, random: Random): TruncatedSvd {
  const { rank, oversample = 10, powerIterations = 3 } = options;
  const most = Math.min(x.rows, x.cols);
  const width = Math.min(most, rank + oversample);
  if (width <= 0) return { components: matrix32(x.cols, 0), singularValues: new Float64Array(0) };
  const across = sparseTransposed(x);
  if (width === most) return wholeSvd(x, across, Math.min(rank, most));
  let basis = matrix32(x.rows, width);
  for (let p = 0; p < basis.data.length; p++) basis.data[p] = random.normal();
  for (let step = 0; step < powerIterations; step++) {
    const right = sparseTimesDense(across, basis);
    // A product with X·Xᵀ squares the spread of the directions; where that is too much, X takes one step at a time.
    basis =
      wellConditionedBasis(sparseTimesDense(x, right)) ?? orthonormalised(sparseTimesDense(x, orthonormalised(right)));
  }
  basis = orthonormalised(basis);
  return leadingDirections(sparseTimesDense(across, basis), Math.min(rank, most));
}

/** The singular value decomposition of projected [cols, width] from the eigenvectors of its Gram matrix. */
function leadingDirections(projected: Matrix32, rank: number): TruncatedSvd {
  const { values, vectors } = symmetricEigen(gram(projected));
  const singularValues = leadingRoots(values, rank);
  const kept = singularValues.length;
  const turn = matrix32(projected.cols, kept);
  for (let c = 0; c < kept; c++) {
    for (let p = 0; p < projected.cols; p++) {
      turn.data[p * kept + c] = vectors.data[c * projected.cols + p]! / singularValues[c]!;
    }
  }
  const spread = singularValues[0]! / singularValues[kept - 1]!;
  const components = spread > largestSpread ? orthonormalised(product(projected, turn)) : product(projected, turn);
  fixSigns(components);
  return { components, singularValues };
}

/** Where the subspace would be the whole space anyway, no iteration is needed. */
function wholeSvd(x: SparseMatrix, across: SparseMatrix, rank: number): TruncatedSvd {
  if (x.rows <= x.cols) return leadingDirections(sparseTimesDense(across, identity(x.rows)), rank);
  const { values, vectors } = eigenOf(sparseTimesDense(across, sparseTimesDense(x, identity(x.cols))));
  const singularValues = leadingRoots(values, rank);
  const rows = { rows: singularValues.length, cols: x.cols, data: new Float32Array(singularValues.length * x.cols) };
  rows.data.set(vectors.data.subarray(0, rows.data.length));
  const components = transposed(rows);
  fixSigns(components);
  return { components, singularValues };
}

function eigenOf(gram: Matrix32): SymmetricEigen {
  return symmetricEigen({ ...gram, data: Float64Array.from(gram.data) });
}

/** The roots of the leading eigenvalues, up to `rank` of them and down to what is not rounding noise. */
function leadingRoots(values: Float64Array, rank: number): Float64Array {
  const roots = values.subarray(0, rank).map((value) => Math.sqrt(Math.max(0, value)));
  return roots.filter((root) => root > smallestShare * roots[0]!);
}

function identity(size: number): Matrix32 {
  const out = matrix32(size, size);
  for (let i = 0; i < size; i++) out.data[i * size + i] = 1;
  return out;
}

function fixSigns({ rows, cols, data }: Matrix32): void {
  for (let c = 0; c < cols; c++) {
    let largest = 0;
    for (let r = 0; r < rows; r++) if (Math.abs(data[r * cols + c]!) > Math.abs(largest)) largest = data[r * cols + c]!;
    if (largest < 0) for (let r = 0; r < rows; r++) data[r * cols + c]! *= -1;
  }
}

/** Every row of x through the components: X·V. [rows, rank] Each row has the bits of `residentProject`. */
export function sparseProject(x: SparseMatrix, components: Matrix32): Matrix32 {
  return sparseTimesDense(x, components);
}
