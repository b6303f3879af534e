import { expect, test } from "vitest";
import { sampleMean } from "./sample-mean.ts";
import { specInput } from "../../test/support/spec-fixture.ts";

test("router R of the fixture has a sample mean of 0.5 (§5.0)", () => {
  expect(sampleMean.compute(specInput())).toBeCloseTo(0.5, 9);
});
