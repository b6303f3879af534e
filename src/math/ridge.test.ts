import { describe, expect, test } from "vitest";
import sklearn from "../../test/fixtures/sklearn/linear.json" with { type: "json" };
import { transposeProduct } from "./dots.ts";
import { fromRows, matrix, matrix32, selectColumns, selectRows } from "./matrix.ts";
import { seededRandom } from "./random.ts";
import { fitRidge } from "./ridge.ts";
import { toMatrix32 } from "../../test/support/matrices.ts";

const x = toMatrix32(fromRows(sklearn.x));
const y = fromRows(sklearn.y);

describe("fitRidge", () => {
  test.each([undefined, "given"])("agrees with scikit-learn, gram %s", (given) => {
    const squares = transposeProduct(x, x);
    const gram = { ...squares, data: Float64Array.from(squares.data) };
    const fit = fitRidge(x, y, { lambda: sklearn.lambda, ...(given && { gram }) });
    sklearn.ridge.weights.flat().forEach((value, p) => {
      expect(fit.weights.data[p]).toBeCloseTo(value, 5);
    });
    sklearn.ridge.bias.forEach((value, j) => {
      expect(fit.bias[j]).toBeCloseTo(value, 5);
    });
  });

  test("rows without a target are as if they were not there, the other targets untouched", () => {
    const holed = matrix(40, 2);
    holed.data.set(y.data);
    for (let i = 0; i < 40; i += 3) holed.data[2 * i] = NaN;
    const kept = [...Array(40).keys()].filter((i) => i % 3 !== 0);
    const alone = fitRidge(selectRows(x, kept), selectRows(selectColumns(y, [0]), kept), { lambda: 2 });
    const whole = fitRidge(x, y, { lambda: 2 });
    const fit = fitRidge(x, holed, { lambda: 2 });
    expect([...fit.weights.data.subarray(0, 3)]).toEqual([...alone.weights.data]);
    expect([...fit.weights.data.subarray(3)]).toEqual([...whole.weights.data.subarray(3)]);
  });

  test("more columns than rows give the same solution by the smaller system", () => {
    const random = seededRandom(1);
    const wide = matrix32(12, 30);
    for (let p = 0; p < wide.data.length; p++) wide.data[p] = random.normal();
    const targets = { rows: 12, cols: 1, data: Float64Array.from({ length: 12 }, () => random.normal()) };
    const { weights, bias } = fitRidge(wide, targets, { lambda: 0.7 });
    // At the minimum the gradient Xᵀ(Xw + b − y) + λw is zero.
    const residual = targets.data.map((value, i) => {
      let fitted = bias[0]!;
      for (let c = 0; c < 30; c++) fitted += wide.data[i * 30 + c]! * weights.data[c]!;
      return fitted - value;
    });
    for (let c = 0; c < 30; c++) {
      let gradient = 0.7 * weights.data[c]!;
      for (let i = 0; i < 12; i++) gradient += wide.data[i * 30 + c]! * residual[i]!;
      expect(gradient).toBeCloseTo(0, 4);
    }
  });

  test("a target nobody observed gets zeros, and bad input is refused", () => {
    const { weights, bias } = fitRidge(x, { rows: 40, cols: 1, data: new Float64Array(40).fill(NaN) }, { lambda: 1 });
    expect([...weights.data, bias[0]]).toEqual([0, 0, 0, 0]);
    expect(() => fitRidge(x, y, { lambda: 0 })).toThrow(RangeError);
    expect(() => fitRidge(x, matrix(3, 1), { lambda: 1 })).toThrow("do not fit");
  });
});
