import { describe, expect, test } from "vitest";
import { tableOf, vectorsOf } from "../../test/support/tables.ts";
import { fitContext } from "../experiment/fit-context.ts";
import { trainTable } from "../experiment/train-table.ts";
import { row } from "../math/matrix.ts";
import { seededRandom } from "../math/random.ts";
import { thompson } from "./thompson.ts";
import type { ThompsonState } from "./thompson.ts";

/** Two clusters of two prompts; the first model scores 1 1 | 0 1, the second ½ 0 | none. */
const table = tableOf({
  score: [
    [1, 0.5],
    [1, 0],
    [0, NaN],
    [1, NaN],
  ],
});
const vectors = vectorsOf([
  [1, 0],
  [1, 0],
  [0, 1],
  [0, 1],
]);

function fit(given: object = {}): ThompsonState {
  const train = trainTable(table, Int32Array.of(0, 1, 2, 3), vectors);
  return thompson.fit(train, thompson.options.parse({ clusters: 2, shrink: 6, ...given }), fitContext(1));
}

const east = { embedding: Float32Array.of(1, 0), text: "", promptTokens: NaN };
const north = { embedding: Float32Array.of(0, 1), text: "", promptTokens: NaN };

describe("Thompson sampling on clusters", () => {
  test("frozen, it is the mean of prior and outcomes: p̄ = 4/6 and 1.5/4", () => {
    const state = fit();
    expect(thompson.estimate(state, east).quality[0]).toBeCloseTo((4 + 2) / (6 + 2), 12);
    expect(thompson.estimate(state, east).quality[1]).toBeCloseTo((2.25 + 0.5) / (6 + 2), 12);
    expect(thompson.estimate(state, north).quality[0]).toBeCloseTo((4 + 1) / (6 + 2), 12);
    expect(thompson.estimate(state, north).quality[1]).toBeCloseTo(0.375, 12);
  });

  test("one more outcome: all of its cluster fades a little, then the score is counted", () => {
    const state = fit({ discount: 0.9 });
    thompson.online!.learn(state, east, { model: 1, score: 0.25 });
    expect(thompson.estimate(state, east).quality[0]).toBeCloseTo((4 + 0.9 * 2) / (6 + 0.9 * 2), 12);
    expect(thompson.estimate(state, east).quality[1]).toBeCloseTo((2.25 + 0.45 + 0.25) / (6 + 1.8 + 1), 12);
    expect(thompson.estimate(state, north)).toEqual(thompson.estimate(fit(), north));
  });

  test("what was learnt long ago is forgotten: after a thousand failures the model's past successes are gone", () => {
    const state = fit({ discount: 0.99 });
    for (let step = 0; step < 1000; step++) thompson.online!.learn(state, east, { model: 0, score: 0 });
    const others = thompson.estimate(fit(), north);
    expect(thompson.estimate(state, east).quality[0]).toBeCloseTo(4 / (6 + 100), 3);
    expect(thompson.estimate(state, north)).toEqual(others);
  });

  test("while it learns it draws: around the mean, from the stream it is given", () => {
    const state = fit();
    const random = seededRandom("draws");
    const drawn = Array.from({ length: 4000 }, () => thompson.online!.estimate(state, east, random).quality[0]!);
    expect(drawn.reduce((sum, value) => sum + value, 0) / drawn.length).toBeCloseTo(0.75, 1);
    expect(new Set(drawn).size).toBeGreaterThan(3900);
    expect(thompson.online!.estimate(state, east, seededRandom("draws")).quality[0]).toBe(drawn[0]);
  });

  test("a model without an outcome is unknown when frozen, and tried when learning", () => {
    const state = fit();
    const unseen = { ...state, support: { ...state.support, data: state.support.data.map((n, p) => (p % 2 ? 0 : n)) } };
    expect(row(thompson.estimateMany!(unseen, vectors).quality, 0)[1]).toBeNaN();
    expect(thompson.online!.estimate(unseen, east, seededRandom(1)).quality[1]).toBeGreaterThan(0);
  });
});
