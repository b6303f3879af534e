import { expect, test } from "vitest";
import { deltaDatasetOracle } from "./delta-dataset-oracle.ts";
import { specInput } from "../../test/support/spec-fixture.ts";

test("router R stays 25 points under the Dataset Oracle", () => {
  expect(deltaDatasetOracle.compute(specInput())).toBeCloseTo(-0.25, 9);
});
