import { expect, test } from "vitest";
import { dots } from "./dots.ts";
import type { Matrix32 } from "./matrix.ts";
import { row, selectRows, ShapeError } from "./matrix.ts";
import { minibatches } from "./minibatch.ts";
import type { Minibatches } from "./minibatch.ts";
import { permutation, seededRandom } from "./random.ts";
import { transposed } from "./transposed.ts";
import { normalMatrix } from "../../test/support/matrices.ts";
import { describeWithoutWebAssembly } from "../../test/support/without-webassembly.ts";

const x = normalMatrix(45, 13, 1);
const order = permutation(45, seededRandom("minibatches"));
const weights = normalMatrix(3, 13, 2);

/** Every batch's products and sums, against `dots` on the rows copied out: within a 5,000th of the lengths multiplied. */
function expectClose(dealt: Minibatches, sizes: readonly number[]): void {
  expect(dealt.count).toBe(sizes.length);
  sizes.forEach((size, batch) => {
    expect(dealt.rowsOf(batch)).toHaveLength(size);
    const rows = selectRows(x, dealt.rowsOf(batch));
    const residuals = normalMatrix(3, size, 3);
    expect(worstError(dealt.products(batch, weights), weights, rows)).toBeLessThan(1 / 5000);
    expect(worstError(dealt.sums(batch, residuals), residuals, transposed(rows))).toBeLessThan(1 / 5000);
  });
}

function worstError(actual: Matrix32, a: Matrix32, b: Matrix32): number {
  const exact = dots(a, b);
  expect([actual.rows, actual.cols]).toEqual([a.rows, b.rows]);
  const length = (m: Matrix32, i: number): number => Math.hypot(...row(m, i));
  const errors = exact.data.map((value, p) => {
    const lengths = length(a, Math.floor(p / b.rows)) * length(b, p % b.rows);
    return Math.abs(value - actual.data[p]!) / lengths;
  });
  return Math.max(...errors);
}

test("products and sums of a batch are those of its rows, to 16 bits, the smaller last batch too", () => {
  expectClose(minibatches(x, order, 20), [20, 20, 5]);
  expectClose(minibatches(x, order, 100), [45]);
});

test("the batches hold every row once, in the order given", () => {
  const dealt = minibatches(x, order, 7);
  expect(Array.from({ length: dealt.count }, (_, batch) => [...dealt.rowsOf(batch)]).flat()).toEqual([...order]);
});

test("operands that do not fit are refused", () => {
  const dealt = minibatches(x, order, 20);
  expect(() => dealt.products(0, normalMatrix(2, 12, 4))).toThrow(ShapeError);
  expect(() => dealt.sums(2, normalMatrix(2, 20, 4))).toThrow(ShapeError);
  expect(() => minibatches(x, order, 0)).toThrow(RangeError);
});

describeWithoutWebAssembly(() => {
  test("the bits are the same", async () => {
    const plain = await import("./minibatch.ts");
    const slow = plain.minibatches(x, order, 20);
    const fast = minibatches(x, order, 20);
    for (let batch = 0; batch < 3; batch++) {
      const residuals = normalMatrix(3, batch === 2 ? 5 : 20, 5);
      residuals.data.fill(0, 0, residuals.cols);
      expect(slow.products(batch, weights)).toEqual(fast.products(batch, weights));
      expect(slow.sums(batch, residuals)).toEqual(fast.sums(batch, residuals));
    }
  });
});
