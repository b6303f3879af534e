import { expect, test } from "vitest";
import { specInput } from "../../test/support/spec-fixture.ts";
import { valueAtReference } from "./value-at-reference.ts";

test("router R is worth as much as the reference m2 by samples (§6)", () => {
  const input = specInput();
  expect(valueAtReference.compute({ ...input, reference: input.bestSingle })).toBeCloseTo(1, 9);
  expect(valueAtReference.compute(input)).toBeNaN();
});
