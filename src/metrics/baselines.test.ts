import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Replay } from "../core/metric.ts";
import type { OutcomeTable } from "../core/outcome-table.ts";
import { selectTableRows } from "../core/outcome-table.ts";
import { selectColumns } from "../math/matrix.ts";
import { sum } from "../math/stats.ts";
import { accuracyByDataset, avgAcc, sampleMean } from "./accuracy.ts";
import {
  bestSingleColumn,
  randomDrawVariance,
  replayChoices,
  replayColumn,
  replayDatasetOracle,
  replayExpectedRandom,
  replayOracle,
} from "./baselines.ts";
import { specChoices, specTable, tableOf } from "../../test/support/spec-fixture.ts";

const table = specTable();

describe("the fixture's table (§5.0)", () => {
  test.each<[string, Replay, number[]]>([
    ["m1", replayColumn(table, 0), [0.25, 0.25, 0.25, 0.25, 0.008]],
    ["m2", replayColumn(table, 1), [0.25, 1, 0.625, 0.5, 0.026]],
    ["m3", replayColumn(table, 2), [0.5, 0, 0.25, 1 / 3, 0.08]],
    ["Random", replayExpectedRandom(table), [1 / 3, 5 / 12, 0.375, 13 / 36, 0.038]],
    ["Dataset Oracle", replayDatasetOracle(table), [0.5, 1, 0.75, 2 / 3, 0.05]],
    ["Oracle", replayOracle(table), [0.75, 1, 0.875, 5 / 6, 0.026]],
    ["R", replayChoices(table, specChoices), [0.5, 0.5, 0.5, 0.5, 0.02]],
  ])("%s has the printed accuracies and cost", (_, { score, costUsd }, expected) => {
    const numbers = [
      ...accuracyByDataset(score, table.datasetOf, 2),
      avgAcc(score, table.datasetOf, 2),
      sampleMean(score),
      sum(costUsd),
    ];
    numbers.forEach((number, i) => expect(number).toBeCloseTo(expected[i]!, 9));
  });

  test("the Oracle picks m1 m2 m3 m1 | m2 m2", () => {
    expect([...replayOracle(table).chosen]).toEqual([0, 1, 2, 0, 1, 1]);
  });

  test("the Dataset Oracle picks m3 for A and m2 for B", () => {
    expect([...replayDatasetOracle(table).chosen]).toEqual([2, 2, 2, 2, 1, 1]);
  });

  test("Best Single is m2", () => {
    expect(bestSingleColumn(table)).toBe(1);
  });
});

describe("cells that are not there", () => {
  const holes = tableOf({
    models: ["a", "b"],
    datasetOf: ["X", "X", "X", "Y"],
    score: [
      [1, 0],
      [NaN, 1],
      [0, 0],
      [NaN, 1],
    ],
    costUsd: [
      [0.01, 0.1],
      [NaN, 0.1],
      [0.03, 0],
      [NaN, 0.1],
    ],
    failed: ["2,1"],
  });

  test("a missing pick scores 0 and is charged the model's mean cost on the data set, 0 when it has none", () => {
    const { score, costUsd, missingPicks, failedPicks } = replayColumn(holes, 0);
    expect([...score]).toEqual([1, 0, 0, 0]);
    expect([...costUsd]).toEqual([0.01, 0.02, 0.03, 0]);
    expect([missingPicks, failedPicks]).toEqual([2, 0]);
  });

  test("an answer whose cost is unknown costs the mean of the others there, and NaN where none is known: it was not free", () => {
    const unpriced = tableOf({
      models: ["a", "b"],
      datasetOf: ["X", "X", "Y", "Y"],
      score: [
        [1, 1],
        [1, 1],
        [1, 1],
        [NaN, 1],
      ],
      costUsd: [
        [0.1, 0.02],
        [NaN, 0.02],
        [NaN, 0.02],
        [NaN, 0.02],
      ],
    });
    expect([...replayColumn(unpriced, 0).costUsd]).toEqual([0.1, 0.1, NaN, NaN]);
    expect([...replayExpectedRandom(unpriced).costUsd].map((cost) => Number(cost.toFixed(9)))).toEqual([
      0.06,
      0.06,
      NaN,
      0.02,
    ]);
    expect(randomDrawVariance(unpriced).totalCostUsd).toBeNaN();
  });

  test("a failed pick scores 0 at its recorded cost and is counted", () => {
    const { score, costUsd, failedPicks } = replayColumn(holes, 1);
    expect([score[2], costUsd[2], failedPicks]).toEqual([0, 0, 1]);
  });

  test("Random and the Oracle use the models present", () => {
    expect([...replayExpectedRandom(holes).score]).toEqual([0.5, 1, 0, 1]);
    expect([...replayOracle(holes).chosen]).toEqual([0, 1, 0, 1]);
  });

  test("the Oracle never takes a failed call for the cheapest answer", () => {
    const { chosen, costUsd } = replayOracle(holes);
    expect([chosen[2], costUsd[2]]).toEqual([0, 0.03]);
  });

  test("a model that lacks a data set is not Best Single, however good", () => {
    expect(bestSingleColumn(holes)).toBe(1);
    expect(bestSingleColumn(selectTableRows(holes, Int32Array.of(0, 1, 2)))).toBe(0);
  });

  test("there is no Best Single when no model covers every data set", () => {
    const apart = tableOf({
      models: ["a", "b"],
      datasetOf: ["X", "Y"],
      score: [
        [1, NaN],
        [NaN, 1],
      ],
      costUsd: [
        [1, NaN],
        [NaN, 1],
      ],
    });
    expect(bestSingleColumn(apart)).toBeUndefined();
  });
});

describe("ties", () => {
  test("go to the cheaper model, then to the lower name, wherever the column stands", () => {
    const score = [[1, 1, 1]];
    const datasetOf = ["X"];
    const cheaper = tableOf({ models: ["a", "b", "c"], datasetOf, score, costUsd: [[3, 1, 2]] });
    const named = tableOf({ models: ["c", "b", "a"], datasetOf, score, costUsd: [[1, 1, 1]] });
    for (const chosen of [replayOracle, replayDatasetOracle]) {
      expect([...chosen(cheaper).chosen, ...chosen(named).chosen]).toEqual([1, 2]);
    }
    expect([bestSingleColumn(cheaper), bestSingleColumn(named)]).toEqual([1, 2]);
  });

  test("a heavy cost weight makes the Oracle the cheapest model", () => {
    expect([...replayOracle(table, { lambda: Infinity }).chosen]).toEqual([0, 0, 0, 0, 0, 0]);
    expect([...replayOracle(table, { lambda: 150 }).chosen]).toEqual([0, 1, 0, 0, 1, 1]);
  });
});

describe("laws", () => {
  test("the Oracle is at least the Dataset Oracle, which is at least every model, which beats or meets chance", () => {
    fc.assert(
      fc.property(tables(), (t) => {
        const value = (replay: Replay): number => avgAcc(replay.score, t.datasetOf, t.datasets.length);
        const models = t.models.map((_, j) => value(replayColumn(t, j)));
        const best = Math.max(...models);
        expect(value(replayOracle(t))).toBeGreaterThanOrEqual(value(replayDatasetOracle(t)) - 1e-12);
        expect(value(replayDatasetOracle(t))).toBeGreaterThanOrEqual(best - 1e-12);
        expect(best).toBeGreaterThanOrEqual(value(replayExpectedRandom(t)) - 1e-12);
        expect(models[bestSingleColumn(t) ?? -1]).toBe(best);
      }),
    );
  });

  test("permuting the columns changes no baseline's score or cost", () => {
    fc.assert(
      fc.property(tables(), (t) => {
        const reversed = reverseColumns(t);
        for (const baseline of [replayOracle, replayDatasetOracle]) {
          expect(baseline(reversed).score).toEqual(baseline(t).score);
          expect(baseline(reversed).costUsd).toEqual(baseline(t).costUsd);
        }
      }),
    );
  });

  test("a model with all scores 0.5 has AvgAcc 0.5 everywhere, as Oracle too", () => {
    const half = tableOf({ models: ["a"], datasetOf: ["X", "Y"], score: [[0.5], [0.5]], costUsd: [[1], [1]] });
    for (const { score } of [replayColumn(half, 0), replayOracle(half), replayExpectedRandom(half)]) {
      expect(avgAcc(score, half.datasetOf, 2)).toBe(0.5);
    }
  });

  test("the variance of a random draw is that of its prompts, macro-averaged", () => {
    // A: p(1−p) of 1/3, 2/3, 1/3, 0; B: scores (0.5, 1, 0) and (0, 1, 0)
    const a = (3 * (2 / 9)) / 4 / 4;
    const b = (1 / 6 + 2 / 9) / 2 / 2;
    expect(randomDrawVariance(table).avgAcc).toBeCloseTo((a + b) / 4, 12);
  });

  test("the accuracy of nothing is undefined", () => {
    expect(avgAcc(new Float64Array(), new Int32Array(), 3)).toBeNaN();
    expect(avgAcc(Float64Array.of(1), Int32Array.of(2), 3)).toBe(1);
  });
});

function tables(): fc.Arbitrary<OutcomeTable> {
  const scores = fc.constantFrom(0, 0.5, 1);
  const costs = fc.constantFrom(0.001, 0.002, 0.003);
  return fc
    .tuple(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 4 }))
    .chain(([n, m]) =>
      fc.record({
        models: fc.constant(["a", "b", "c", "d"].slice(0, m)),
        datasetOf: fc.array(fc.constantFrom("X", "Y"), { minLength: n, maxLength: n }),
        score: fc.array(fc.array(scores, { minLength: m, maxLength: m }), { minLength: n, maxLength: n }),
        costUsd: fc.array(fc.array(costs, { minLength: m, maxLength: m }), { minLength: n, maxLength: n }),
      }),
    )
    .map(tableOf);
}

function reverseColumns(t: OutcomeTable): OutcomeTable {
  const order = t.models.map((_, j) => t.models.length - 1 - j);
  return {
    ...t,
    models: t.models.toReversed(),
    score: selectColumns(t.score, order),
    costUsd: selectColumns(t.costUsd, order),
  };
}
