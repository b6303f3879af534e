import { expect, test } from "vitest";
import { specInput } from "../../test/support/spec-fixture.ts";
import { totalCost } from "./total-cost.ts";

test("router R costs 0.020 USD (§5.11)", () => {
  expect(totalCost.compute(specInput())).toBeCloseTo(0.02, 9);
});

test("the router's own spend is in the total", () => {
  const input = specInput();
  const replay = { ...input.replay, decisionCostUsd: 0.005 };
  expect(totalCost.compute({ ...input, replay })).toBeCloseTo(0.025, 9);
});

test("a pool without a cost axis has no cost", () => {
  const input = specInput();
  expect(totalCost.compute({ ...input, test: { ...input.test, hasCost: false } })).toBeNaN();
});
