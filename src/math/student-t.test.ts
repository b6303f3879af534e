import { expect, test } from "vitest";
import { studentTCdf, studentTQuantile } from "./student-t.ts";

test.each([
  // scipy.stats.t.ppf(0.975, df), as printed in every table of the distribution
  [1, 12.706204736],
  [2, 4.30265273],
  [4, 2.776445105],
  [9, 2.262157163],
  [30, 2.042272456],
  [1000, 1.962339081],
])("the 97.5 %% quantile for %d degrees of freedom is %d", (df, expected) => {
  expect(studentTQuantile(0.975, df)).toBeCloseTo(expected, 8);
  expect(studentTQuantile(0.025, df)).toBeCloseTo(-expected, 8);
});

test("the quantile inverts the distribution function", () => {
  for (const p of [0.001, 0.2, 0.6, 0.999]) expect(studentTCdf(studentTQuantile(p, 7), 7)).toBeCloseTo(p, 12);
});

test("the median is 0, and nothing outside the domain has a quantile", () => {
  expect(studentTQuantile(0.5, 3)).toBe(0);
  expect(studentTQuantile(1, 3)).toBeNaN();
  expect(studentTQuantile(0.5, 0)).toBeNaN();
});
