import { expect, test } from "vitest";
import { impRand } from "./imp-rand.ts";
import { specInput } from "../../test/support/spec-fixture.ts";

test("router R improves AvgAcc by a third over Random (§5.3)", () => {
  expect(impRand.compute(specInput())).toBeCloseTo(0.3333333333, 9);
});
