import { expect, test } from "vitest";
import { costByDataset } from "./cost-by-dataset.ts";
import { specInput } from "../../test/support/spec-fixture.ts";

test("router R pays 0.013 USD on A and 0.007 on B (§5.11)", () => {
  const [a, b] = costByDataset.compute(specInput());
  expect(a).toBeCloseTo(0.013, 9);
  expect(b).toBeCloseTo(0.007, 9);
});

test("a pool without a cost axis has no costs by data set", () => {
  const input = specInput();
  expect([...costByDataset.compute({ ...input, test: { ...input.test, hasCost: false } })]).toEqual([NaN, NaN]);
});
