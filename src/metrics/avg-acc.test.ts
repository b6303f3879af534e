import { expect, test } from "vitest";
import { avgAcc } from "./avg-acc.ts";
import { specInput } from "../../test/support/spec-fixture.ts";

test("router R of the fixture has AvgAcc 0.5 (§5.0)", () => {
  expect(avgAcc.compute(specInput())).toBeCloseTo(0.5, 9);
});
