import { expect, test } from "vitest";
import { accuracyLeft, accuracyLeftAt } from "./accuracy-left.ts";
import { exampleSweep } from "../../test/support/spec-fixture.ts";

test("m3 leaves 45 points on the table, m2 none (§5.8)", () => {
  const { comparison } = exampleSweep();
  const [, m2, m3] = comparison;
  expect(accuracyLeftAt(m2!, comparison)).toBe(0);
  expect(accuracyLeftAt(m3!, comparison)).toBeCloseTo(0.45, 9);
  expect(accuracyLeft.compute(exampleSweep({ points: [m2!, m3!] }))).toBeCloseTo(0.225, 9);
});
