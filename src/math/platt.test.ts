import * as fc from "fast-check";
import { expect, test } from "vitest";
import { fitPlatt } from "./platt.ts";

/** Residuals against the smoothed targets: their sum and their product with x vanish at the minimum. */
function gradient(x: readonly number[], y: readonly number[]): [number, number] {
  const { slope, intercept } = fitPlatt(Float64Array.from(x), Float64Array.from(y));
  const positive = y.reduce((sum, value) => sum + value, 0);
  const high = (positive + 1) / (positive + 2);
  const low = 1 / (y.length - positive + 2);
  const residual = x.map((value, i) => 1 / (1 + Math.exp(-slope * value - intercept)) - (low + y[i]! * (high - low)));
  return [residual.reduce((a, b) => a + b, 0), residual.reduce((sum, r, i) => sum + r * x[i]!, 0)];
}

test("lands where the gradient vanishes, soft and separable targets included", () => {
  const pair = fc.tuple(fc.float({ min: -3, max: 3, noNaN: true }), fc.constantFrom(0, 0.25, 0.5, 1));
  fc.assert(
    fc.property(fc.array(pair, { minLength: 3, maxLength: 60 }), (pairs) => {
      const [sum, product] = gradient(
        pairs.map(([x]) => x),
        pairs.map(([, y]) => y),
      );
      expect(Math.abs(sum)).toBeLessThan(1e-3);
      expect(Math.abs(product)).toBeLessThan(1e-3);
    }),
  );
});

test("a separable sample stays finite", () => {
  const { slope, intercept } = fitPlatt(Float64Array.of(-1, -2, 1, 2), Float64Array.of(0, 0, 1, 1));
  expect(slope).toBeGreaterThan(0);
  expect(slope).toBeLessThan(5);
  expect(intercept).toBeCloseTo(0, 9);
});

test("equal x give the smoothed base rate", () => {
  const { slope, intercept } = fitPlatt(Float64Array.of(0, 0, 0), Float64Array.of(1, 1, 0));
  // targets 3/4, 3/4, 1/3: their mean is 11/18
  expect(1 / (1 + Math.exp(-intercept))).toBeCloseTo(11 / 18, 6);
  expect(slope).toBe(0);
});

test("no rows, no map", () => {
  expect(fitPlatt(new Float64Array(0), new Float64Array(0))).toEqual({ slope: NaN, intercept: NaN });
});
