import { expect, test } from "vitest";
import { deferralHalfAuc } from "./deferral-half-auc.ts";
import { deferralExample } from "../../test/support/spec-fixture.ts";

test("the example has a half AUC of 0.4267 (§6)", () => {
  expect(deferralHalfAuc.compute(deferralExample())).toBeCloseTo(0.4266666667, 9);
});
