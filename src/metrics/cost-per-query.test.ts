import { expect, test } from "vitest";
import { costPerQuery } from "./cost-per-query.ts";
import { specInput } from "../../test/support/spec-fixture.ts";

test("router R pays 0.00333 USD a query (§5.11)", () => {
  expect(costPerQuery.compute(specInput())).toBeCloseTo(0.0033333333, 9);
});
