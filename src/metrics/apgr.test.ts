import { expect, test } from "vitest";
import { apgr } from "./apgr.ts";
import { examplePair } from "../../test/support/spec-fixture.ts";

test("the example has APGR 0.56875 (§6)", () => {
  expect(apgr.compute(examplePair())).toBeCloseTo(0.56875, 9);
});

test("a coin has one half, and a pair without a gap nothing", () => {
  const coin = {
    points: [
      { strongShare: 0, accuracy: 0.5 },
      { strongShare: 1, accuracy: 0.7 },
    ],
  };
  expect(apgr.compute({ ...examplePair(), ...coin })).toBeCloseTo(0.5, 12);
  expect(apgr.compute({ ...examplePair(), strongAccuracy: 0.1 })).toBeNaN();
});
