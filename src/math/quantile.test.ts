import { expect, test } from "vitest";
import { quantile } from "./quantile.ts";

test("quantiles lie on the line between order statistics (§5.13)", () => {
  const values = [10, 3, 1, 4, 2];
  expect(quantile(values, 0.5)).toBe(3);
  expect(quantile(values, 0.95)).toBeCloseTo(8.8, 9);
  expect(quantile(values, 0.99)).toBeCloseTo(9.76, 9);
  expect([quantile(values, 0), quantile(values, 1)]).toEqual([1, 10]);
  expect(values).toEqual([10, 3, 1, 4, 2]);
});

test("the quantile of nothing is undefined, and infinity spoils only its neighbours", () => {
  expect(quantile([], 0.5)).toBeNaN();
  expect(quantile([1, 2, Infinity], 0.5)).toBe(2);
});
