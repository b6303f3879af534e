import { expect, test } from "vitest";
import { selectionEntropy } from "./selection-entropy.ts";
import { specInput } from "../../test/support/spec-fixture.ts";

test("router R spreads 4, 1, 1 of six prompts: 1.2516 bits", () => {
  const expected = (2 / 3) * Math.log2(3 / 2) + (1 / 3) * Math.log2(6);
  expect(selectionEntropy.compute(specInput())).toBeCloseTo(expected, 9);
});
