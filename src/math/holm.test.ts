import * as fc from "fast-check";
import { expect, test } from "vitest";
import { holmAdjusted } from "./holm.ts";

test("multiplies the smallest by their number, the next by one less, and never falls", () => {
  const adjusted = holmAdjusted([0.01, 0.04, 0.03]);
  [0.03, 0.06, 0.06].forEach((value, i) => expect(adjusted[i]).toBeCloseTo(value, 12));
});

test("a test that was not made stays undefined and is not counted", () => {
  expect(holmAdjusted([NaN, 0.02, 0.5])).toEqual([NaN, 0.04, 0.5]);
  expect(holmAdjusted([])).toEqual([]);
});

test("adjusted values keep the order, are at least the raw ones, at most 1, and at most Bonferroni's", () => {
  const pValues = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(pValues, (raw) => {
      const adjusted = holmAdjusted(raw);
      raw.forEach((p, i) => {
        expect(adjusted[i]).toBeGreaterThanOrEqual(p);
        expect(adjusted[i]).toBeLessThanOrEqual(Math.min(1, p * raw.length));
        raw.forEach((q, j) => p < q && expect(adjusted[i]).toBeLessThanOrEqual(adjusted[j]!));
      });
    }),
  );
});
