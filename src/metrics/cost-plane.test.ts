import { expect, test } from "vitest";
import { costFrontier, range } from "./cost-plane.ts";
import { exampleSweep, points } from "../../test/support/spec-fixture.ts";

test("the frontier of the example is m1, c1, c2, c3, as the objects given (§5.8)", () => {
  const named = exampleSweep().comparison.map((point, i) => ({
    ...point,
    name: ["m1", "m2", "m3", "c1", "c2", "c3"][i],
  }));
  expect(costFrontier(named).map(({ name }) => name)).toEqual(["m1", "c1", "c2", "c3"]);
});

test("unknown coordinates take no part", () => {
  expect(costFrontier(points([NaN, 1], [1, NaN], [1, 0.5]))).toEqual(points([1, 0.5]));
  expect(range([NaN, 3, 1])).toEqual({ low: 1, high: 3 });
});
