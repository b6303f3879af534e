import { expect, test } from "vitest";
import { costFactor, costFactorAt } from "./cost-factor.ts";
import { exampleSweep, points } from "../../test/support/spec-fixture.ts";

test("m3 pays ten times what m1 takes for the same accuracy, c3 the least there is (§5.8)", () => {
  const { comparison, points: configurations } = exampleSweep();
  expect(costFactorAt(comparison[2]!, comparison)).toBeCloseTo(10, 9);
  expect(costFactorAt(configurations[2]!, comparison)).toBe(1);
  expect(costFactor.compute(exampleSweep())).toBe(1);
});

test("two free configurations are equally dear", () => {
  expect(costFactorAt({ costUsd: 0, avgAcc: 0.5 }, points([0, 0.5]))).toBe(1);
});
