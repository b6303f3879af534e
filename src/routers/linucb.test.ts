import { describe, expect, test } from "vitest";
import { twoIslands } from "../../test/support/tables.ts";
import { fitContext } from "../experiment/fit-context.ts";
import { trainTable } from "../experiment/train-table.ts";
import { row } from "../math/matrix.ts";
import { seededRandom } from "../math/random.ts";
import { linUcb } from "./linucb.ts";
import type { LinUcbState } from "./linucb.ts";

const { table, vectors } = twoIslands({ queries: 40, seed: 6 });
const every = Int32Array.from(table.prompts.keys());
const options = linUcb.options.parse({ dimensions: 3, lambda: 2 });
const queryAt = (i: number) => ({ embedding: row(vectors, i), text: "", promptTokens: NaN });

/** Fitted on the scores of some prompts only; directions and the pool's mean are those of all. */
function fitOn(known: (i: number) => boolean): LinUcbState {
  const m = table.models.length;
  const data = table.score.data.map((value, cell) => (known(Math.floor(cell / m)) ? value : NaN));
  const hidden = { ...table, score: { ...table.score, data } };
  return linUcb.fit(trainTable(hidden, every, vectors), options, fitContext(1));
}

function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>): void {
  expect(actual).toHaveLength(expected.length);
  Array.from(actual).forEach((value, p) => expect(value).toBeCloseTo(expected[p]!, 9));
}

describe("LinUCB", () => {
  test("learning outcomes one by one leads where the regression on all of them does", () => {
    const whole = fitOn(() => true);
    const half = fitOn((i) => i % 2 === 0);
    const state = { ...structuredClone(half), poolMean: whole.poolMean };
    // θ is relative to the pool's mean: from the same mean on both sides, all of it learnt one by one.
    const nothing = { ...structuredClone(fitOn(() => false)), poolMean: whole.poolMean };
    for (const i of every) {
      for (let model = 0; model < table.models.length; model++) {
        const score = table.score.data[i * table.models.length + model]!;
        linUcb.online!.learn(nothing, queryAt(i), { model, score });
        if (i % 2 === 1) linUcb.online!.learn(state, queryAt(i), { model, score });
      }
    }
    expectClose(nothing.theta.data, whole.theta.data);
    expectClose(nothing.inverse.data, whole.inverse.data);
    expectClose(state.inverse.data, whole.inverse.data);
    expect(nothing.support).toEqual(whole.support);
  });

  test("what one outcome teaches, by hand: one direction, λ 2", () => {
    // x = (1, 1), A = [[2, 0], [0, 2]]: v = (½, ½), 1 + xᵀv = 2, θ = ¼·(y − r̄)·(1, 1), A⁻¹ = ½I − ⅛ of ones.
    const state: LinUcbState = {
      components: { rows: 1, cols: 1, data: Float32Array.of(1) },
      offset: Float32Array.of(0),
      theta: { rows: 1, cols: 2, data: new Float64Array(2) },
      inverse: { rows: 1, cols: 4, data: Float64Array.of(0.5, 0, 0, 0.5) },
      support: new Float64Array(1),
      costUsd: Float64Array.of(0.001),
      poolMean: 0.6,
      exploration: 0.5,
    };
    const query = { embedding: Float32Array.of(1), text: "", promptTokens: NaN };
    // Before: 0.6 + 0.5·√(xᵀx / 2)
    expect(linUcb.online!.estimate(state, query, seededRandom(1)).quality[0]).toBeCloseTo(1.1, 12);
    expect(linUcb.estimate(state, query).quality[0]).toBeNaN();
    linUcb.online!.learn(state, query, { model: 0, score: 1 });
    expectClose(state.theta.data, [0.1, 0.1]);
    expectClose(state.inverse.data, [0.375, -0.125, -0.125, 0.375]);
    expect(linUcb.estimate(state, query).quality[0]).toBeCloseTo(0.8, 12);
    expect(linUcb.online!.estimate(state, query, seededRandom(1)).quality[0]).toBeCloseTo(0.8 + 0.5 * Math.SQRT1_2, 12);
  });

  test("the less a model was asked, the more it may be hoped to do", () => {
    const state = fitOn(() => true);
    const bonus = (): number => {
      const hoped = linUcb.online!.estimate(state, queryAt(0), seededRandom(1)).quality[0]!;
      return hoped - linUcb.estimate(state, queryAt(0)).quality[0]!;
    };
    const before = bonus();
    linUcb.online!.learn(state, queryAt(0), { model: 0, score: 0 });
    expect(bonus()).toBeLessThan(before);
    expect(bonus()).toBeGreaterThan(0);
  });
});
