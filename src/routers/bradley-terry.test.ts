import { describe, expect, test } from "vitest";
import { tableOf } from "../../test/support/tables.ts";
import { fitContext } from "../experiment/fit-context.ts";
import { trainTable } from "../experiment/train-table.ts";
import { bradleyTerry } from "./bradley-terry.ts";

function qualityOf(score: number[][]): number[] {
  const table = tableOf({ score });
  const train = trainTable(table, Int32Array.from(score.keys()), undefined);
  return [...bradleyTerry.fit(train, bradleyTerry.options.parse({}), fitContext(1)).quality];
}

describe("Bradley–Terry", () => {
  test("agrees with Newton's method", () => {
    const score = [
      [1, 0, 0],
      [1, 1, 0],
      [0, 1, 0],
      [1, 0, 1],
      [1, 0, 0],
      [0.5, 0.25, 1],
      [1, NaN, 0],
    ];
    // NumPy: 200 Newton steps on the log ratings (mean 0) of the same games, ties half, one drawn game a pair; 1/(1 + e^−r).
    const expected = [0.637792138, 0.424913703, 0.43458703];
    qualityOf(score).forEach((quality, j) => expect(quality).toBeCloseTo(expected[j]!, 8));
  });

  test("two models: the ratio of their wins, a drawn game added", () => {
    const [a, b] = qualityOf([
      [1, 0],
      [1, 0],
      [1, 0],
      [0, 1],
      [1, 1],
    ]);
    // 3 + ½ + ½ wins against 1 + ½ + ½: γ_a / γ_b = 2, and γ_a·γ_b = 1.
    expect(a).toBeCloseTo(Math.SQRT2 / (Math.SQRT2 + 1), 8);
    expect(a! + b!).toBeCloseTo(1, 8);
  });

  test("preferences, written as scores of two models a prompt, rate also models that never met", () => {
    const [strong, middle, weak] = qualityOf([
      ...[1, 1, 1, 0].map((won) => [won, 1 - won, NaN]),
      ...[1, 1, 1, 0].map((won) => [NaN, won, 1 - won]),
    ]);
    expect(strong).toBeGreaterThan(middle!);
    expect(middle).toBeCloseTo(0.5, 8);
    expect(weak).toBeCloseTo(1 - strong!, 8);
  });

  test("a model that always wins is rated highest, and finitely; one never met has no rating", () => {
    const [always, never, unknown] = qualityOf([
      [1, 0, NaN],
      [1, 0, NaN],
      [1, 0, NaN],
    ]);
    expect(always).toBeGreaterThan(never!);
    expect(always).toBeLessThan(1);
    expect(unknown).toBeNaN();
  });
});
