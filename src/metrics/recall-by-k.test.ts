import { expect, test } from "vitest";
import { recallBands, recallByK, recallRows, usualBands } from "./recall-by-k.ts";
import { specInput } from "../../test/support/spec-fixture.ts";

test("the fixture has 1, 3 and 2 prompts with 0, 1 and 2 correct models, and R gets 0, 1 and 2 right (§5.10)", () => {
  const rows = recallByK.compute(specInput());
  expect(rows.map(({ k, prompts, right }) => [k, prompts, right])).toEqual([
    [0, 1, 0],
    [1, 3, 1],
    [2, 2, 2],
    [3, 0, 0],
  ]);
  expect(rows.map(({ chance }) => chance)).toEqual([0, 1 / 3, 2 / 3, 1]);
  expect(rows[3]?.recall).toBeNaN();
});

test("a random choice recalls exactly what chance does", () => {
  const input = specInput();
  const rows = recallRows(input.test, input.random);
  rows.filter(({ prompts }) => prompts > 0).forEach(({ recall, chance }) => expect(recall).toBeCloseTo(chance, 12));
});

test("bands sum their rows", () => {
  const input = specInput();
  const [band, empty] = recallBands(recallRows(input.test, input.replay), [
    [1, 2],
    [3, 3],
  ]);
  expect(band).toEqual({ from: 1, to: 2, prompts: 5, recall: 0.6, chance: (3 * (1 / 3) + 2 * (2 / 3)) / 5 });
  expect(empty?.recall).toBeNaN();
});

test.each([
  [1, [[1, 1]]],
  [
    3,
    [
      [1, 1],
      [2, 2],
      [3, 3],
    ],
  ],
  [
    4,
    [
      [1, 1],
      [2, 2],
      [3, 3],
      [4, 4],
    ],
  ],
  [
    9,
    [
      [1, 3],
      [4, 4],
      [5, 8],
      [9, 9],
    ],
  ],
  [
    20,
    [
      [1, 3],
      [4, 10],
      [11, 19],
      [20, 20],
    ],
  ],
])("the bands of a pool of %i cover every number of right models once", (models, bands) => {
  expect(usualBands(models)).toEqual(bands);
});
