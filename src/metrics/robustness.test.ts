import { expect, test } from "vitest";
import { robustness } from "./robustness.ts";

test("three of four decisions survive the rewording", () => {
  const chosen = Int32Array.of(0, 1, 2, 2);
  expect(robustness.compute({ chosen, chosenReworded: Int32Array.of(0, 1, 2, 0) })).toBe(0.75);
  expect(robustness.compute({ chosen: new Int32Array(), chosenReworded: new Int32Array() })).toBeNaN();
});
