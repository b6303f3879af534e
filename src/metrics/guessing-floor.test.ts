import { expect, test } from "vitest";
import { guessingFloor, guessingFloorOf } from "./guessing-floor.ts";
import { specInput } from "../../test/support/spec-fixture.ts";

test("twenty models guessing among four options are right with 0.9968, thirteen among ten with 0.7458 (§5.6)", () => {
  expect(guessingFloorOf(4, 20)).toBeCloseTo(0.9968287881, 9);
  expect(guessingFloorOf(10, 13)).toBeCloseTo(0.7458134172, 9);
});

test("only data sets that declare their options have a floor", () => {
  const [a, b] = guessingFloor.compute({ ...specInput(), optionCounts: [2, undefined] });
  expect(a).toBe(0.875);
  expect(b).toBeNaN();
});
