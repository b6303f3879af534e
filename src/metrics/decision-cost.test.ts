import { expect, test } from "vitest";
import { decisionCost } from "./decision-cost.ts";
import { specInput } from "../../test/support/spec-fixture.ts";

test("a router that spends nothing of its own shows 0", () => {
  const input = specInput();
  expect(decisionCost.compute(input)).toBe(0);
  expect(decisionCost.compute({ ...input, replay: { ...input.replay, decisionCostUsd: 0.005 } })).toBe(0.005);
});
