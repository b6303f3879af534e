import { expect, test } from "vitest";
import { deferralCurve } from "./deferral-curve.ts";
import { exampleSweep, points } from "../../test/support/spec-fixture.ts";

test("dominated configurations are dropped and costs are relative to the dearest model", () => {
  const curve = deferralCurve(exampleSweep({ points: points([2, 0.5], [4, 0.4]), pool: points([4, 0.4]) }));
  expect(curve).toEqual([{ x: 0.5, y: 0.5 }]);
});
