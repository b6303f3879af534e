import { expect, test } from "vitest";
import { optimalAccuracy } from "./optimal-accuracy.ts";
import { specInput } from "../../test/support/spec-fixture.ts";

test("router R reaches 0.6 of the Oracle's score (§6)", () => {
  expect(optimalAccuracy.compute(specInput())).toBeCloseTo(0.6, 9);
});
