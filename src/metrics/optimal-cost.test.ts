import { expect, test } from "vitest";
import { optimalAccuracy } from "./optimal-accuracy.ts";
import { optimalCost } from "./optimal-cost.ts";
import { optimalSelection } from "./optimal-selection.ts";
import { specInput } from "../../test/support/spec-fixture.ts";

test("the Oracle would have paid 0.010 of the 0.016 USD that R paid where it was right (§6)", () => {
  expect(optimalCost.compute(specInput())).toBeCloseTo(0.625, 9);
});

test("the Oracle itself is at 1 in all three, a lottery has no selection to judge", () => {
  const input = specInput();
  for (const metric of [optimalSelection, optimalAccuracy, optimalCost]) {
    expect(metric.compute({ ...input, replay: input.oracle })).toBeCloseTo(1, 12);
  }
  expect(optimalCost.compute({ ...input, replay: input.random })).toBeNaN();
});
