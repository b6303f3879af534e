import { expect, test } from "vitest";
import { deferralAuc } from "./deferral-auc.ts";
import { deferralExample } from "../../test/support/spec-fixture.ts";

test("the example has AUC 0.56 (§6)", () => {
  expect(deferralAuc.compute(deferralExample())).toBeCloseTo(0.56, 9);
});
