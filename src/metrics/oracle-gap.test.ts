import { expect, test } from "vitest";
import { oracleGap } from "./oracle-gap.ts";
import { specInput } from "../../test/support/spec-fixture.ts";

test("router R has an OracleGap of 0.42857 (§5.3)", () => {
  expect(oracleGap.compute(specInput())).toBeCloseTo(0.4285714286, 9);
});
