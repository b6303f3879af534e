import { expect, test } from "vitest";
import { majorityShare } from "./majority-share.ts";
import { specInput } from "../../test/support/spec-fixture.ts";

test("router R sends two thirds of the fixture to m1", () => {
  expect(majorityShare.compute(specInput())).toBeCloseTo(2 / 3, 9);
});
