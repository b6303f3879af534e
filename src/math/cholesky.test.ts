import { assert, integer, nat, property } from "fast-check";
import { expect, test } from "vitest";
import { cholesky, NotPositiveDefiniteError, solveCholesky, SymmetricError } from "./cholesky.ts";
import type { Matrix } from "./matrix.ts";
import { fromRows, matrix } from "./matrix.ts";
import { seededRandom } from "./random.ts";

function times(a: Matrix, b: Matrix): Matrix {
  const out = matrix(a.rows, b.cols);
  for (let i = 0; i < a.rows; i++) {
    for (let j = 0; j < b.cols; j++) {
      for (let p = 0; p < a.cols; p++) out.data[i * b.cols + j]! += a.data[i * a.cols + p]! * b.data[p * b.cols + j]!;
    }
  }
  return out;
}

function flipped(a: Matrix): Matrix {
  const out = matrix(a.cols, a.rows);
  for (let p = 0; p < a.data.length; p++) out.data[(p % a.cols) * a.rows + Math.floor(p / a.cols)] = a.data[p]!;
  return out;
}

test("the factor times its transpose is the matrix, and the solution solves", () => {
  assert(
    property(integer({ min: 0, max: 20 }), integer({ min: 1, max: 4 }), nat(), (d, m, seed) => {
      const random = seededRandom(seed);
      const root: Matrix = { rows: d, cols: d, data: Float64Array.from({ length: d * d }, () => random.normal()) };
      const a = times(root, flipped(root));
      for (let i = 0; i < d; i++) a.data[i * d + i]! += 0.5;
      const lower = cholesky(a);
      times(lower, flipped(lower)).data.forEach((value, p) => {
        expect(value).toBeCloseTo(a.data[p]!, 8);
      });
      const b: Matrix = { rows: d, cols: m, data: Float64Array.from({ length: d * m }, () => random.normal()) };
      times(a, solveCholesky(lower, b)).data.forEach((value, p) => {
        expect(value).toBeCloseTo(b.data[p]!, 8);
      });
    }),
  );
});

test("a matrix that is not symmetric, or not positive definite, is refused in words", () => {
  expect(() =>
    cholesky(
      fromRows([
        [1, 2],
        [0, 1],
      ]),
    ),
  ).toThrow(SymmetricError);
  expect(() =>
    cholesky(
      fromRows([
        [1, 2],
        [2, 1],
      ]),
    ),
  ).toThrow(NotPositiveDefiniteError);
  expect(() =>
    cholesky(
      fromRows([
        [1, 2],
        [2, 1],
      ]),
    ),
  ).toThrow("pivot 1 is -3");
  expect(() => cholesky(fromRows([[NaN]]))).toThrow(NotPositiveDefiniteError);
});
