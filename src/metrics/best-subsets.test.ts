import { expect, test } from "vitest";
import { bestSubsets } from "./best-subsets.ts";
import { specTable, tableOf } from "../../test/support/spec-fixture.ts";

test("the fixture: m2 alone, then m2 and m1 or m3, then all as the Oracle", () => {
  const subsets = bestSubsets(specTable(), 3);
  expect(subsets.map(({ columns }) => columns)).toEqual([[1], [0, 1], [0, 1, 2]]);
  [0.625, 0.75, 0.875].forEach((value, i) => expect(subsets[i]?.avgAcc).toBeCloseTo(value, 9));
});

test("the best pair need not hold the best single model", () => {
  const table = tableOf({
    models: ["even", "left", "right"],
    datasetOf: ["X", "X", "X", "X", "X", "X"],
    score: [
      [1, 1, 0],
      [1, 1, 0],
      [0, 1, 0],
      [1, 0, 1],
      [1, 0, 1],
      [0, 0, 1],
    ],
    costUsd: Array.from({ length: 6 }, () => [1, 1, 1]),
  });
  expect(bestSubsets(table, 2).map(({ columns }) => columns)).toEqual([[0], [1, 2]]);
});

test("never asks for more models than there are", () => {
  expect(bestSubsets(specTable(), 99)).toHaveLength(3);
  expect(bestSubsets(specTable(), 0)).toEqual([]);
});
