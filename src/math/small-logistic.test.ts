import { describe, expect, test } from "vitest";
import { fitLogistic } from "./logistic.ts";
import { matrix } from "./matrix.ts";
import { seededRandom } from "./random.ts";
import { fitSmallLogistic } from "./small-logistic.ts";
import { toMatrix32 } from "../../test/support/matrices.ts";

describe("logistic regression by Newton's method", () => {
  const random = seededRandom("small logistic");
  const x = matrix(80, 3);
  x.data.forEach((_, p) => (x.data[p] = random.normal()));
  const y = Float64Array.from({ length: 80 }, (_, i) => (x.data[3 * i]! + random.normal() > 0 ? 1 : 0.25));

  test("finds what the large solver finds", () => {
    const small = fitSmallLogistic(x, y, 1e-2);
    const large = fitLogistic(toMatrix32(x), { rows: 80, cols: 1, data: y }, { l2: 1e-2 });
    small.weights.forEach((weight, c) => expect(weight).toBeCloseTo(large.weights.data[c]!, 3));
    expect(small.bias).toBeCloseTo(large.bias[0]!, 3);
    expect(small.weights[0]).toBeGreaterThan(0.2);
  });

  test("leaves no slope", () => {
    const { weights, bias } = fitSmallLogistic(x, y, 1e-2);
    const slope = (c: number): number => {
      let sum = 1e-2 * weights[c]!;
      for (let i = 0; i < 80; i++) {
        const z = weights.reduce((total, weight, k) => total + weight * x.data[3 * i + k]!, bias);
        sum += ((1 / (1 + Math.exp(-z)) - y[i]!) * x.data[3 * i + c]!) / 80;
      }
      return sum;
    };
    for (let c = 0; c < 3; c++) expect(Math.abs(slope(c))).toBeLessThan(1e-6);
  });

  test("stays finite where all targets are the same, and where an input never varies", () => {
    const ones = fitSmallLogistic(
      x,
      y.map(() => 1),
      1e-2,
    );
    expect([...ones.weights, ones.bias].every(Number.isFinite)).toBe(true);
    expect(ones.bias).toBeGreaterThan(3);
    const flat = fitSmallLogistic({ ...x, data: x.data.map(() => 0) }, y, 1e-2);
    expect([...flat.weights]).toEqual([0, 0, 0]);
  });

  test("no rows give zeros; a penalty of 0 and targets of another length are refused", () => {
    expect(fitSmallLogistic(matrix(0, 2), new Float64Array(0), 1)).toEqual({ weights: new Float64Array(2), bias: 0 });
    expect(() => fitSmallLogistic(x, y, 0)).toThrow("l2 is 0");
    expect(() => fitSmallLogistic(x, y.slice(1), 1)).toThrow("80 rows of x, 79 of y");
  });
});
