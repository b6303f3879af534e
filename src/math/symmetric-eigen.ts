/**
 * All eigenvalues and eigenvectors of a symmetric matrix, in double precision: Householder's reduction to tridiagonal
 * form, then QL with implicit shifts. Source: Golub & Van Loan, "Matrix Computations", §8.3.
 */
import type { Matrix } from "./matrix.ts";
import { matrix, ShapeError } from "./matrix.ts";

/** values [d], the largest first; row i of vectors [d, d] is the unit eigenvector of value i, its sign arbitrary. */
export interface SymmetricEigen {
  readonly values: Float64Array;
  readonly vectors: Matrix;
}

/** The eigen-decomposition of a [d, d], of which both halves are read. Throws ShapeError unless a is square. */
export function symmetricEigen(a: Matrix): SymmetricEigen {
  if (a.rows !== a.cols) throw new ShapeError(`symmetricEigen: [${a.rows}, ${a.cols}] is not square`);
  const d = a.rows;
  const work: Matrix = { rows: d, cols: d, data: a.data.slice() };
  const reflectors: (Float64Array | undefined)[] = [];
  for (let k = 0; k + 2 < d; k++) reflectors.push(reflect(work, k));
  const diagonal = Float64Array.from({ length: d }, (_, i) => work.data[i * d + i]!);
  const beside = Float64Array.from({ length: d }, (_, i) => (i + 1 < d ? work.data[i * d + i + 1]! : 0));
  const rows = matrix(d, d);
  for (let i = 0; i < d; i++) rows.data[i * d + i] = 1;
  diagonalise(diagonal, beside, rows);
  // Back from the tridiagonal basis: the last reflector was applied last, so it comes off first.
  for (let k = reflectors.length - 1; k >= 0; k--) unreflect(rows, reflectors[k], k);
  return sorted(diagonal, rows);
}

/** Brings column k of a to tridiagonal form by a = (I − 2vvᵀ)·a·(I − 2vvᵀ); v has zeros up to k. */
function reflect({ rows: d, data }: Matrix, k: number): Float64Array | undefined {
  const v = new Float64Array(d);
  let square = 0;
  for (let i = k + 1; i < d; i++) {
    v[i] = data[k * d + i]!;
    square += v[i]! ** 2;
  }
  v[k + 1]! += Math.sign(v[k + 1]! || 1) * Math.sqrt(square);
  let length = 0;
  for (let i = k + 1; i < d; i++) length += v[i]! ** 2;
  if (length === 0) return undefined;
  const scale = 1 / Math.sqrt(length);
  for (let i = k + 1; i < d; i++) v[i]! *= scale;
  const w = new Float64Array(d);
  let inner = 0;
  for (let i = k; i < d; i++) {
    let sum = 0;
    for (let j = k + 1; j < d; j++) sum += data[i * d + j]! * v[j]!;
    w[i] = 2 * sum;
    inner += sum * v[i]!;
  }
  for (let i = k + 1; i < d; i++) w[i]! -= 2 * inner * v[i]!;
  for (let i = k; i < d; i++) {
    const vi = v[i]!;
    const wi = w[i]!;
    for (let j = k; j < d; j++) data[i * d + j]! -= vi * w[j]! + wi * v[j]!;
  }
  return v;
}

function unreflect({ rows: d, data }: Matrix, v: Float64Array | undefined, k: number): void {
  if (v === undefined) return;
  for (let r = 0; r < d; r++) {
    let sum = 0;
    for (let j = k + 1; j < d; j++) sum += data[r * d + j]! * v[j]!;
    sum *= 2;
    for (let j = k + 1; j < d; j++) data[r * d + j]! -= sum * v[j]!;
  }
}

/** QL iterations on the tridiagonal matrix; every rotation also turns two rows of the basis. */
function diagonalise(diagonal: Float64Array, beside: Float64Array, rows: Matrix): void {
  const d = diagonal.length;
  for (let first = 0; first < d; first++) {
    for (let round = 0; round < 60; round++) {
      let last = first;
      while (last < d - 1) {
        const size = Math.abs(diagonal[last]!) + Math.abs(diagonal[last + 1]!);
        if (Math.abs(beside[last]!) <= 2 ** -52 * size) break;
        last++;
      }
      if (last === first) break;
      chase(diagonal, beside, rows, first, last);
    }
  }
}

/** One implicit QL step on the block [first, last]. */
function chase(diagonal: Float64Array, beside: Float64Array, rows: Matrix, first: number, last: number): void {
  const ratio = (diagonal[first + 1]! - diagonal[first]!) / (2 * beside[first]!);
  const root = Math.sqrt(ratio * ratio + 1);
  let g = diagonal[last]! - diagonal[first]! + beside[first]! / (ratio + (ratio >= 0 ? root : -root));
  let sine = 1;
  let cosine = 1;
  let p = 0;
  for (let i = last - 1; i >= first; i--) {
    const f = sine * beside[i]!;
    const b = cosine * beside[i]!;
    const r = Math.sqrt(f * f + g * g);
    beside[i + 1] = r;
    if (r === 0) {
      diagonal[i + 1]! -= p;
      beside[last] = 0;
      return;
    }
    sine = f / r;
    cosine = g / r;
    g = diagonal[i + 1]! - p;
    const s = (diagonal[i]! - g) * sine + 2 * cosine * b;
    p = sine * s;
    diagonal[i + 1] = g + p;
    g = cosine * s - b;
    rotate(rows, i, sine, cosine);
  }
  diagonal[first]! -= p;
  beside[first] = g;
  beside[last] = 0;
}

function rotate({ cols: d, data }: Matrix, i: number, sine: number, cosine: number): void {
  const upper = i * d;
  const lower = upper + d;
  for (let k = 0; k < d; k++) {
    const a = data[upper + k]!;
    const b = data[lower + k]!;
    data[lower + k] = sine * a + cosine * b;
    data[upper + k] = cosine * a - sine * b;
  }
}

function sorted(diagonal: Float64Array, rows: Matrix): SymmetricEigen {
  const d = rows.rows;
  const order = [...diagonal.keys()].sort((i, j) => diagonal[j]! - diagonal[i]! || i - j);
  const vectors = matrix(d, d);
  order.forEach((from, to) => {
    vectors.data.set(rows.data.subarray(from * d, (from + 1) * d), to * d);
  });
  return { values: Float64Array.from(order, (i) => diagonal[i]!), vectors };
}
