import { expect, test } from "vitest";
import { callPerformanceThreshold, cpt20, cpt50, cpt80 } from "./call-performance-threshold.ts";
import { examplePair } from "../../test/support/spec-fixture.ts";

test("the example needs 13.33 %, 38.89 % and 75 % of strong calls (§6)", () => {
  expect(cpt20.compute(examplePair())).toBeCloseTo(0.133333333, 9);
  expect(cpt50.compute(examplePair())).toBeCloseTo(0.388888889, 9);
  expect(cpt80.compute(examplePair())).toBeCloseTo(0.75, 9);
});

test("the first crossing counts where PGR falls again", () => {
  const wavy = [0, 1, 0.2, 1].map((recovered, i) => ({ strongShare: i / 3, accuracy: 0.5 + 0.2 * recovered }));
  expect(callPerformanceThreshold({ ...examplePair(), points: wavy }, 0.5)).toBeCloseTo(1 / 6, 9);
});

test("a gap that is never recovered has no threshold", () => {
  expect(callPerformanceThreshold(examplePair(), 1.1)).toBe(Infinity);
});
