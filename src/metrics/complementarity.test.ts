import { expect, test } from "vitest";
import { domainLeaders, pairGains, solverCounts, uniqueSolves } from "./complementarity.ts";
import { specTable, tableOf } from "../../test/support/spec-fixture.ts";

const table = specTable();

test("each model of the fixture solves one prompt alone (§5.9)", () => {
  expect([...uniqueSolves(table)]).toEqual([1, 1, 1]);
});

test("the pairs of the fixture gain 0.125, 0.25, 0.125 and disagree on 0.5, 0.6667, 0.5 (§5.9)", () => {
  const pairs = pairGains(table);
  expect(pairs.map(({ a, b }) => [a, b])).toEqual([
    [0, 1],
    [0, 2],
    [1, 2],
  ]);
  [0.125, 0.25, 0.125].forEach((gain, i) => expect(pairs[i]?.gain).toBeCloseTo(gain, 9));
  [0.5, 2 / 3, 0.5].forEach((share, i) => expect(pairs[i]?.disagreement).toBeCloseTo(share, 9));
});

test("the leaders of the fixture are m3 on A and m2 on B, ties by name", () => {
  const leaders = domainLeaders(table, 2).map(({ leaders: best }) => best.map(({ column }) => column));
  expect(leaders).toEqual([
    [2, 0],
    [1, 0],
  ]);
});

test("solvers are counted by score ≥ 0.5", () => {
  expect([...solverCounts(table)]).toEqual([1, 2, 1, 0, 2, 1]);
});

test("a model that was never run on a data set has no place among its leaders, not even the last", () => {
  const apart = tableOf({
    models: ["a", "b", "c"],
    datasetOf: ["X", "Y", "Y"],
    score: [
      [0, NaN, 1],
      [NaN, 0, NaN],
      [NaN, 0, NaN],
    ],
    costUsd: [
      [1, NaN, 1],
      [NaN, 1, NaN],
      [NaN, 1, NaN],
    ],
  });
  expect(domainLeaders(apart).map(({ leaders }) => leaders)).toEqual([
    [
      { column: 2, accuracy: 1 },
      { column: 0, accuracy: 0 },
    ],
    [{ column: 1, accuracy: 0 }],
  ]);
});
