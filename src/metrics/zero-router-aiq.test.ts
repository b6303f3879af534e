import { expect, test } from "vitest";
import { exampleSweep, points } from "../../test/support/spec-fixture.ts";
import { zeroRouterAiq } from "./zero-router-aiq.ts";

test("mixing (1, 0.5) and (4, 0.8) blindly gives 0.65 (§6)", () => {
  expect(zeroRouterAiq.compute(exampleSweep({ pool: points([1, 0.5], [4, 0.8]) }))).toBeCloseTo(0.65, 9);
});
