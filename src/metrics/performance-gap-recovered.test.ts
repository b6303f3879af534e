import { expect, test } from "vitest";
import { performanceGapRecovered, recoveryCurve } from "./performance-gap-recovered.ts";
import { examplePair } from "../../test/support/spec-fixture.ts";

test("the example recovers 0, 0.375, 0.6, 0.8, 1 (§6)", () => {
  const recovered = recoveryCurve(examplePair()).map(({ y }) => y);
  [0, 0.375, 0.6, 0.8, 1].forEach((value, i) => expect(recovered[i]).toBeCloseTo(value, 9));
});

test("there is no gap when the strong model is not stronger", () => {
  expect(performanceGapRecovered(0.5, 0.6, 0.6)).toBeNaN();
  expect(recoveryCurve({ ...examplePair(), strongAccuracy: 0.5 })).toEqual([]);
});
