import { expect, test } from "vitest";
import { headroom } from "./headroom.ts";
import { specInput } from "../../test/support/spec-fixture.ts";

test("the fixture has a headroom of 25 points (§5.9)", () => {
  expect(headroom.compute(specInput())).toBeCloseTo(0.25, 9);
});
