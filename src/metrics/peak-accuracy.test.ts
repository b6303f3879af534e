import { expect, test } from "vitest";
import { peakAccuracy } from "./peak-accuracy.ts";
import { deferralExample } from "../../test/support/spec-fixture.ts";

test("the example peaks at 0.7 (§6)", () => {
  expect(peakAccuracy.compute(deferralExample())).toBe(0.7);
});
