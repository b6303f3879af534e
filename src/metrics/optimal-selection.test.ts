import { expect, test } from "vitest";
import { optimalSelection } from "./optimal-selection.ts";
import { specInput } from "../../test/support/spec-fixture.ts";

test("router R is right with the Oracle's choice on A1 and B1 of five solvable prompts (§6)", () => {
  expect(optimalSelection.compute(specInput())).toBeCloseTo(0.4, 9);
});
