import { expect, test } from "vitest";
import { arenaCheapness, arenaScore, routerArenaScore } from "./router-arena-score.ts";
import { specInput } from "../../test/support/spec-fixture.ts";

test.each([
  [0.6809, 0.54, 0.6666790506],
  [0.7396, 10.02, 0.6431572544],
  [0.5, 1, 0.4994522561],
  [0.5, 0.001, 0.5238095238],
  [0.9, 500, 0],
  [0, 1, 0],
])("accuracy %d at %d USD per thousand queries scores %d (§6)", (accuracy, usdPerThousand, expected) => {
  expect(arenaScore(accuracy, usdPerThousand)).toBeCloseTo(expected, 9);
});

test("cheapness is 0.5515 at 0.54 USD and 1 below the floor (§6)", () => {
  expect(arenaCheapness(0.54)).toBeCloseTo(0.5514962093, 9);
  expect(arenaCheapness(0.001)).toBe(1);
});

test("a replay is scored by its sample mean and cost per thousand", () => {
  expect(routerArenaScore.compute(specInput())).toBeCloseTo(arenaScore(0.5, 20 / 6), 9);
});
