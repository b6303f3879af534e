import { expect, test } from "vitest";
import sklearn from "../../test/fixtures/sklearn/linear.json" with { type: "json" };
import { residentMatrix, transposeProduct } from "./dots.ts";
import { fitLogistic, lossAndGradient } from "./logistic.ts";
import type { Matrix } from "./matrix.ts";
import { fromRows, matrix, matrix32 } from "./matrix.ts";
import { seededRandom } from "./random.ts";
import { transposed } from "./transposed.ts";
import { toMatrix32 } from "../../test/support/matrices.ts";

const x = toMatrix32(fromRows(sklearn.x));
const y = fromRows(sklearn.y);

/** Soft targets with about a fifth not observed. [n, m] */
function holedTargets(n: number, m: number, seed: number): Matrix {
  const random = seededRandom(seed);
  return {
    rows: n,
    cols: m,
    data: Float64Array.from({ length: n * m }, () => (random.below(5) === 0 ? NaN : random.uniform())),
  };
}

test("agrees with scikit-learn", () => {
  const fit = fitLogistic(x, y, { l2: sklearn.l2, tolerance: 1e-7 });
  sklearn.logistic.weights.flat().forEach((value, p) => {
    expect(fit.weights.data[p]).toBeCloseTo(value, 3);
  });
  sklearn.logistic.bias.forEach((value, j) => {
    expect(fit.bias[j]).toBeCloseTo(value, 3);
  });
});

test("the gradient agrees with central differences, targets missing included", () => {
  const targets = transposed(toMatrix32(holedTargets(40, 3, 1)));
  const random = seededRandom(2);
  const share = Float64Array.from({ length: 40 }, () => random.uniform() / 50);
  const data = {
    rows: residentMatrix(x),
    columns: residentMatrix(transposed(x)),
    targets: Float64Array.from(targets.data),
    share,
    l2: 0.1,
    m: 3,
  };
  // Steps are exact in single precision, as the weights are rounded to it.
  const at = Float64Array.from({ length: 12 }, () => Math.fround(random.normal()));
  const gradient = new Float64Array(12);
  const scratch = new Float64Array(12);
  lossAndGradient(data, at, gradient);
  const step = 2 ** -9;
  for (let p = 0; p < 12; p++) {
    const above = lossAndGradient(data, at.with(p, at[p]! + step), scratch);
    const below = lossAndGradient(data, at.with(p, at[p]! - step), scratch);
    expect(Math.abs((above - below) / (2 * step) - gradient[p]!)).toBeLessThan(1e-4);
  }
});

test("a missing target changes nothing for the rows that have it", () => {
  const holed = holedTargets(40, 2, 3);
  const withHoles = fitLogistic(x, holed, { l2: 0.05 });
  const rowWeights = Float64Array.from({ length: 40 }, () => 2);
  const doubled = fitLogistic(x, holed, { l2: 0.05, rowWeights });
  expect(doubled.weights.data[0]).toBeCloseTo(withHoles.weights.data[0]!, 5);
});

test("a warm start and a shared gram reach the same solution in fewer steps", () => {
  const squares = transposeProduct(x, x);
  const gram = { ...squares, data: Float64Array.from(squares.data) };
  const start = fitLogistic(x, y, { l2: 0.025 });
  const cold = fitLogistic(x, y, { l2: 0.02 });
  const warm = fitLogistic(x, y, { l2: 0.02, start, gram });
  expect(warm.iterations).toBeLessThanOrEqual(cold.iterations);
  warm.weights.data.forEach((value, p) => {
    expect(value).toBeCloseTo(cold.weights.data[p]!, 3);
  });
});

test("a target nobody observed gets zeros", () => {
  const targets = matrix(40, 2);
  for (let i = 0; i < 40; i++) targets.data[2 * i] = NaN;
  const { weights, bias } = fitLogistic(x, targets, { l2: 0.1 });
  expect([...weights.data.subarray(0, 3), bias[0]]).toEqual([0, 0, 0, 0]);
  expect(bias[1]).toBeLessThan(-3);
});

test("no rows, shapes that do not fit, and a penalty of zero", () => {
  expect(fitLogistic(matrix32(0, 3), matrix(0, 2), { l2: 1 }).bias).toEqual(new Float64Array(2));
  expect(() => fitLogistic(x, matrix(3, 1), { l2: 1 })).toThrow("40 rows of x, 3 of y");
  expect(() => fitLogistic(x, y, { l2: 0 })).toThrow(RangeError);
});
