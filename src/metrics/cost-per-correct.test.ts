import { expect, test } from "vitest";
import { costPerCorrect } from "./cost-per-correct.ts";
import { specInput } from "../../test/support/spec-fixture.ts";

test("router R pays 0.00667 USD for a correct answer (§5.11)", () => {
  expect(costPerCorrect.compute(specInput())).toBeCloseTo(0.0066666667, 9);
});

test("there is no cost per correct answer when nothing is right", () => {
  const input = specInput();
  const replay = { ...input.replay, score: new Float64Array(6) };
  expect(costPerCorrect.compute({ ...input, replay })).toBeNaN();
});
