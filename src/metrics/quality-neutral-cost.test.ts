import { expect, test } from "vitest";
import { qualityNeutralCost } from "./quality-neutral-cost.ts";
import { deferralExample, points } from "../../test/support/spec-fixture.ts";

test("the example reaches 0.65 at 0.525 of the dearest model's cost (§6)", () => {
  expect(qualityNeutralCost.compute(deferralExample())).toBeCloseTo(0.525, 9);
});

test("a router that never gets there has an infinite QNC", () => {
  expect(qualityNeutralCost.compute({ ...deferralExample(), points: points([1, 0.1]) })).toBe(Infinity);
});
