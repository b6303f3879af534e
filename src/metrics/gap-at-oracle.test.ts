import { expect, test } from "vitest";
import { gapAtOracle } from "./gap-at-oracle.ts";
import { specInput } from "../../test/support/spec-fixture.ts";

test("router R misses 0.41667 of the Oracle: the mean of 1/3 and 1/2 (§5.3)", () => {
  expect(gapAtOracle.compute(specInput())).toBeCloseTo(5 / 12, 9);
});
