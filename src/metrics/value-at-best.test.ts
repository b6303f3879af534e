import { expect, test } from "vitest";
import { specInput } from "../../test/support/spec-fixture.ts";
import { valueAtBest } from "./value-at-best.ts";

test("router R is worth as much as m2 by samples (§6)", () => {
  expect(valueAtBest.compute(specInput())).toBeCloseTo(1, 9);
});
