import { assert, constantFrom, double, nat, property } from "fast-check";
import { expect, test } from "vitest";
import { normalMatrix } from "../../test/support/matrices.ts";
import { matrix32, row } from "./matrix.ts";
import { seededRandom } from "./random.ts";
import { softMean, softMeanOver } from "./soft-mean.ts";

/** The formula, in double precision throughout. */
function written(
  points: ReturnType<typeof matrix32>,
  outcomes: Float32Array,
  query: Float32Array,
  rate: number,
): number {
  const products = Array.from({ length: points.rows }, (_, i) =>
    row(points, i).reduce((sum, value, p) => sum + value * query[p]!, 0),
  );
  const largest = Math.max(...products);
  let [all, won] = [0, 0];
  products.forEach((product, i) => {
    if (Number.isNaN(outcomes[i])) return;
    const weight = Math.exp(rate * (product - largest));
    all += weight;
    won += weight * outcomes[i]!;
  });
  return won / all;
}

test("thousands of rows, roughly multiplied, have the mean of the formula", () => {
  // Not a multiple of four or of a block, so that the padding shows.
  const rows = 2111;
  const points = normalMatrix(rows, 131, 3);
  points.data.forEach((value, p) => (points.data[p] = value / Math.sqrt(131)));
  assert(
    property(nat(99), double({ min: 0, max: 30, noNaN: true }), constantFrom(0, 0.3), (seed, rate, unknown) => {
      const random = seededRandom("outcomes", seed);
      const outcomes = Float32Array.from({ length: rows }, () =>
        random.uniform() < unknown ? NaN : random.below(3) / 2,
      );
      const query = row(points, seed);
      const mean = softMean(softMeanOver(points, outcomes), query, () => rate);
      expect(Math.abs(mean - written(points, outcomes, query, rate))).toBeLessThan(2e-4);
    }),
    { numRuns: 10 },
  );
});

test("a few rows: the largest product is told, and unknown outcomes take no part", () => {
  const points = { rows: 3, cols: 1, data: Float32Array.of(0.5, 2, 1) };
  const told: number[] = [];
  const over = softMeanOver(points, Float32Array.of(1, 0, NaN));
  const mean = softMean(over, Float32Array.of(1), (largest) => {
    told.push(largest);
    return Math.LN2;
  });
  expect(told).toEqual([2]);
  expect(mean).toBeCloseTo(2 ** 0.5 / (2 ** 0.5 + 2 ** 2), 6);
  expect(softMean(softMeanOver(points, new Float32Array(3).fill(NaN)), Float32Array.of(1), () => 1)).toBeNaN();
  expect(() => softMeanOver(points, new Float32Array(2))).toThrow("2 outcomes for 3 rows");
});
