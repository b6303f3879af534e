import { expect, test } from "vitest";
import { sum } from "../math/stats.ts";
import { avgAcc } from "./accuracy.ts";
import { replayChoices } from "./baselines.ts";
import { replayDatasetOracleCompat, replayOracleCompat, replayRandomCompat } from "./compat-baselines.ts";
import { specTable, tableOf } from "../../test/support/spec-fixture.ts";

const table = specTable();

test("the reference's Oracle solves 0.875 for 0.023 USD, but bought only 0.75 (§5.6)", () => {
  const oracle = replayOracleCompat(table);
  expect(avgAcc(oracle.score, table.datasetOf, 2)).toBeCloseTo(0.875, 9);
  expect(sum(oracle.costUsd)).toBeCloseTo(0.023, 9);
  expect(avgAcc(replayChoices(table, oracle.chosen).score, table.datasetOf, 2)).toBeCloseTo(0.75, 9);
});

test("the random router draws as Python's choice does with seed 42 (§4.1)", () => {
  const twelve = tableOf({
    models: ["a", "b", "c"],
    datasetOf: Array.from({ length: 12 }, () => "X"),
    score: Array.from({ length: 12 }, () => [1, 1, 1]),
    costUsd: Array.from({ length: 12 }, () => [1, 1, 1]),
  });
  expect([...replayRandomCompat(twelve).chosen]).toEqual([2, 0, 0, 2, 1, 0, 0, 0, 2, 0, 2, 2]);
});

test("the Dataset Oracle takes the first of equals, whatever it costs (§5.7)", () => {
  const tied = tableOf({ models: ["a", "b"], datasetOf: ["X"], score: [[1, 1]], costUsd: [[9, 1]] });
  expect([...replayDatasetOracleCompat(tied).chosen]).toEqual([0]);
  expect([...replayDatasetOracleCompat(table).chosen]).toEqual([2, 2, 2, 2, 1, 1]);
});
