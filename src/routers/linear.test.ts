import { describe, expect, test } from "vitest";
import { tableOf, vectorsOf } from "../../test/support/tables.ts";
import { fitContext } from "../experiment/fit-context.ts";
import { trainTable } from "../experiment/train-table.ts";
import { linear } from "./linear.ts";

/** Nine prompts all five models solve, three that model 5 alone solves; every embedding the same, so only base rates speak. */
function baseRates(given: object): number[] {
  const score = Array.from({ length: 12 }, (_, i) => [0, 1, 2, 3, 4].map((j) => (i < 9 ? 1 : j === 4 ? 1 : 0)));
  const vectors = vectorsOf(score.map(() => [1, 0]));
  const train = trainTable(tableOf({ score }), Int32Array.from(score.keys()), vectors);
  const state = linear.fit(train, linear.options.parse(given), fitContext(1));
  const query = { embedding: Float32Array.of(1, 0), text: "", promptTokens: NaN };
  return [...linear.estimate(state, query).quality];
}

describe("weights of prompts", () => {
  test("all alike by default: the base rate", () => {
    expect(baseRates({})[0]).toBeCloseTo(9 / 12, 4);
  });

  test("a prompt that one to three models solve counts rareWeight times", () => {
    // 9 prompts of weight 1 solved, 3 of weight 4 not: 9 / 21
    expect(baseRates({ balance: "rare", rareWeight: 4 })[0]).toBeCloseTo(9 / 21, 4);
    expect(baseRates({ balance: "rare", rareWeight: 1 })[0]).toBeCloseTo(9 / 12, 4);
  });

  test("a prompt that all models solve is not rare, however few there are", () => {
    const score = [
      [1, 1],
      [1, 1],
      [0, 0],
    ];
    const train = trainTable(
      tableOf({ score }),
      Int32Array.of(0, 1, 2),
      vectorsOf([
        [1, 0],
        [1, 0],
        [1, 0],
      ]),
    );
    const state = linear.fit(train, linear.options.parse({ balance: "rare", rareWeight: 9 }), fitContext(1));
    const query = { embedding: Float32Array.of(1, 0), text: "", promptTokens: NaN };
    expect(linear.estimate(state, query).quality[0]).toBeCloseTo(2 / 3, 4);
  });
});
