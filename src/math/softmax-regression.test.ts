import { describe, expect, test } from "vitest";
import { residentMatrix } from "./dots.ts";
import { matrix32 } from "./matrix.ts";
import type { Matrix32 } from "./matrix.ts";
import { seededRandom } from "./random.ts";
import { fitSoftmax, softmax, softmaxLoss } from "./softmax-regression.ts";
import { transposed } from "./transposed.ts";

function randomRows(n: number, d: number): Matrix32 {
  const random = seededRandom("softmax rows");
  const x = matrix32(n, d);
  x.data.forEach((_, p) => (x.data[p] = random.normal()));
  return x;
}

describe("multinomial logistic regression", () => {
  const x = randomRows(9, 4);
  const classOf = Int32Array.of(0, 1, 2, -1, 1, 0, 2, 2, 1);
  const data = { rows: residentMatrix(x), columns: residentMatrix(transposed(x)), classOf, classes: 3, l2: 0.1 };

  test("its gradient is the central difference of its loss, rows without a class left out", () => {
    const random = seededRandom("softmax parameters");
    // Multiples of 1/8 are exact in single precision, and so is the step.
    const at = Float64Array.from({ length: 15 }, () => Math.round(8 * random.normal()) / 8);
    const gradient = new Float64Array(15);
    softmaxLoss(data, at, gradient);
    const step = 2 ** -8;
    const scratch = new Float64Array(15);
    for (let p = 0; p < 15; p++) {
      const moved = (by: number): number =>
        softmaxLoss(
          data,
          at.map((value, q) => (q === p ? value + by : value)),
          scratch,
        );
      const slope = (8 * (moved(step) - moved(-step)) - (moved(2 * step) - moved(-2 * step))) / (12 * step);
      expect(Math.abs(slope - gradient[p]!)).toBeLessThan(1e-4 * Math.max(0.1, Math.abs(slope)));
    }
  });

  test("the fit leaves no slope", () => {
    const { weights, bias } = fitSoftmax(x, classOf, { classes: 3, l2: 0.1 });
    const gradient = new Float64Array(15);
    softmaxLoss(data, Float64Array.from([...weights.data, ...bias]), gradient);
    for (const slope of gradient) expect(Math.abs(slope)).toBeLessThan(1e-5);
  });

  test("without a class at all every class is as likely", () => {
    const { weights, bias } = fitSoftmax(x, new Int32Array(9).fill(-1), { classes: 3, l2: 0.1 });
    expect([...weights.data, ...bias].every((value) => value === 0)).toBe(true);
  });

  test("refuses a penalty of 0 and classes of another length", () => {
    expect(() => fitSoftmax(x, classOf, { classes: 3, l2: 0 })).toThrow("l2 is 0");
    expect(() => fitSoftmax(x, new Int32Array(2), { classes: 3, l2: 1 })).toThrow("9 rows of x, 2 classes");
  });
});

test("softmax of large logits is finite and sums to 1", () => {
  expect([...softmax(Float64Array.of(1000, 1000, -1000))]).toEqual([0.5, 0.5, 0]);
});
