import { expect, test } from "vitest";
import { recallAt1, recallAt2, recallAt3 } from "./recall-at-k.ts";
import { specInput, specRanking } from "../../test/support/spec-fixture.ts";

test("the fixture's rankings have Recall@1 0.6, @2 0.8, @3 1 (§5.10)", () => {
  const input = { test: specInput().test, ranking: specRanking };
  expect(recallAt1.compute(input)).toBeCloseTo(0.6, 9);
  expect(recallAt2.compute(input)).toBeCloseTo(0.8, 9);
  expect(recallAt3.compute(input)).toBe(1);
});
