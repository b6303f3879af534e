import { describe, expect, test } from "vitest";
import { fitContext } from "../experiment/fit-context.ts";
import { trainTable } from "../experiment/train-table.ts";
import { tableOf, vectorsOf } from "../../test/support/tables.ts";
import { knn } from "./knn.ts";
import { resolveOptions } from "./registry.ts";

/** Four training prompts on a quarter circle; cosines to the query (1, 0) are 1, .8, .6, 0. */
const table = tableOf({
  score: [
    [1, 0],
    [0, 1],
    [1, NaN],
    [0, 1],
  ],
  costUsd: [
    [0.001, 0.01],
    [0.002, 0.02],
    [0.003, NaN],
    [0.006, 0.03],
  ],
});
const vectors = vectorsOf([
  [1, 0],
  [0.8, 0.6],
  [0.6, 0.8],
  [0, 1],
]);
const query = { embedding: Float32Array.of(1, 0), text: "", promptTokens: NaN };

function estimate(options: Record<string, unknown>): { quality: number[]; costUsd: number[] } {
  const train = trainTable(table, Int32Array.of(0, 1, 2, 3), vectors);
  const state = knn.fit(train, resolveOptions(knn, options) as never, fitContext(1));
  const { quality, costUsd } = knn.estimate(state, query);
  return { quality: [...quality], costUsd: [...costUsd] };
}

function expectClose(values: readonly number[], expected: readonly number[]): void {
  expect(values).toHaveLength(expected.length);
  values.forEach((value, j) => expect(value).toBeCloseTo(expected[j]!, 9));
}

describe("the shrunken mean of the neighbours (routers.md §4.8)", () => {
  test("without shrinkage it is the mean over the k nearest, holes skipped", () => {
    expectClose(estimate({ k: 3, weights: "uniform", shrink: 0 }).quality, [2 / 3, 1 / 2]);
    expectClose(estimate({ k: 3, weights: "uniform", shrink: 0 }).costUsd, [0.002, 0.015]);
  });

  test("κ counts as neighbours with the overall mean: overall ½ and ⅔, costs .003 and .02", () => {
    const { quality, costUsd } = estimate({ k: 3, weights: "uniform", shrink: 10 });
    expectClose(quality, [(2 + 10 / 2) / 13, (1 + 20 / 3) / 12]);
    expectClose(costUsd, [(0.006 + 0.03) / 13, (0.03 + 0.2) / 12]);
  });

  test("softmax weights sum to k, so that κ keeps its meaning", () => {
    const raw = [1, Math.exp(-2)];
    const weights = raw.map((w) => (2 * w) / (1 + Math.exp(-2)));
    const { quality } = estimate({ k: 2, weights: "softmax", temperature: 0.1, shrink: 10 });
    expect(quality[0]).toBeCloseTo((weights[0]! + 10 * 0.5) / 12, 6);
    expect(quality[1]).toBeCloseTo((weights[1]! + (10 * 2) / 3) / 12, 6);
  });

  test("more neighbours than prompts is all of them", () => {
    expectClose(estimate({ k: 99, weights: "uniform", shrink: 0 }).quality, [1 / 2, 2 / 3]);
  });

  test("a model none of the neighbours has is worth its overall mean", () => {
    const alone = tableOf({
      score: [
        [1, NaN],
        [0, 0.25],
      ],
    });
    const train = trainTable(
      alone,
      Int32Array.of(0, 1),
      vectorsOf([
        [1, 0],
        [0, 1],
      ]),
    );
    const state = knn.fit(train, resolveOptions(knn, { k: 1, shrink: 0 }) as never, fitContext(1));
    expect(knn.estimate(state, query).quality[1]).toBe(0.25);
  });
});

test("the vote rounds each model's mean to right or wrong, half counting as right", () => {
  expect(estimate({ k: 2, weights: "uniform", shrink: 0, aggregate: "vote" }).quality).toEqual([1, 1]);
  expect(estimate({ k: 1, weights: "uniform", shrink: 0, aggregate: "vote" }).quality).toEqual([1, 0]);
});

test("the best-label vote counts the neighbours on which a model was best; those that tie share one", () => {
  // Neighbours 1 0 | 0 1 | 1 –: the first model is best on two of three.
  expectClose(estimate({ k: 3, weights: "uniform", aggregate: "best-label" }).quality, [2 / 3, 1 / 3]);
  const tied = tableOf({
    score: [
      [1, 1, 0.9, NaN],
      [0, 0.5, 0.4, NaN],
    ],
  });
  const points = vectorsOf([
    [1, 0],
    [0, 1],
  ]);
  const train = trainTable(tied, Int32Array.of(0, 1), points);
  const options = resolveOptions(knn, { k: 2, weights: "uniform", aggregate: "best-label" });
  // Nearly best on both, the third has no vote; the fourth is unknown.
  const quality = [...knn.estimate(knn.fit(train, options as never, fitContext(1)), query).quality];
  expectClose(quality.slice(0, 3), [0.25, 0.75, 0]);
  expect(quality[3]).toBeNaN();
});

test("equally near neighbours are taken from the lower row on", () => {
  const twins = vectorsOf([
    [0, 1],
    [1, 0],
    [1, 0],
    [0, 1],
  ]);
  const state = knn.fit(
    trainTable(table, Int32Array.of(0, 1, 2, 3), twins),
    resolveOptions(knn, { k: 1 }) as never,
    fitContext(1),
  );
  expect(knn.explain!(state, query)[0]).toMatchObject({ label: "training prompt 1", weight: 1 });
});
