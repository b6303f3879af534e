import { expect, test } from "vitest";
import type { TestRows } from "../core/metric.ts";
import { replayColumn } from "./baselines.ts";
import { datasetsWithoutRatio, meanAccuracyRatio } from "./dataset-ratios.ts";
import { tableOf } from "../../test/support/spec-fixture.ts";

const table = tableOf({
  models: ["a", "b"],
  datasetOf: ["X", "Y"],
  score: [
    [0, 1],
    [0.5, 1],
  ],
  costUsd: [
    [1, 1],
    [1, 1],
  ],
});
const test1: TestRows = { table, datasets: 2, hasCost: true };

test("a data set on which the baseline scores 0 is left out and counted", () => {
  const baseline = replayColumn(table, 0);
  expect(meanAccuracyRatio(test1, replayColumn(table, 1), baseline)).toBe(2);
  expect(datasetsWithoutRatio(test1, baseline)).toBe(1);
});

test("the ratio is undefined when every data set is left out", () => {
  const nothing = { ...replayColumn(table, 0), score: new Float64Array(2) };
  expect(meanAccuracyRatio(test1, replayColumn(table, 1), nothing)).toBeNaN();
  expect(datasetsWithoutRatio(test1, nothing)).toBe(2);
});
