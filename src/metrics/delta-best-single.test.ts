import { expect, test } from "vitest";
import { deltaBestSingle } from "./delta-best-single.ts";
import { specInput } from "../../test/support/spec-fixture.ts";

test("router R loses 12.5 points to m2 (§5.3)", () => {
  expect(deltaBestSingle.compute(specInput())).toBeCloseTo(-0.125, 9);
});
