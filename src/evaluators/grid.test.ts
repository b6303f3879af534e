import { array, assert, constantFrom, integer, property } from "fast-check";
import { describe, expect, test } from "vitest";
import type { ScoreResult } from "../core/evaluator.ts";
import { grid } from "./grid.ts";

type Grid = readonly (readonly number[])[];

const score = (response: string, truth: unknown): ScoreResult =>
  grid.score({ response, truth, record: {} }, {}, {}) as ScoreResult;

const spellings: readonly ((one: Grid) => string)[] = [
  (one) => JSON.stringify(one),
  (one) => "```json\n" + JSON.stringify(one, null, 1) + "\n```",
  (one) => one.map((row) => row.join(" ")).join("\n"),
  (one) => "```\n" + one.map((row) => row.join("  ")).join("\n") + "\n```",
  (one) => `[${one.map((row) => `[${row.join(" ")}]`).join(",\n ")}]`,
  (one) => `[${one.map((row) => `[ ${row.join(", ")} ]`).join(", ")}, ]`,
];

const grids = integer({ min: 2, max: 6 }).chain((width) =>
  array(array(integer({ min: 0, max: 9 }), { minLength: width, maxLength: width }), { minLength: 2, maxLength: 6 }),
);

describe("grid", () => {
  test("the last grids count, however they are written, whatever was quoted before", () => {
    assert(
      property(grids, grids, grids, constantFrom(...spellings), (first, second, quoted, spell) => {
        const text = `Example 1 shows\n${spell(quoted)}\nso [see above]:\n\n${spell(first)}\n\nand\n\n${spell(second)}\n\nas [1] said.`;
        expect(score(text, [first, second])).toMatchObject({ score: 1, parts: { "tests solved": 1 } });
        const changed = first.map((row, i) => (i === 0 ? row.map((cell) => (cell + 1) % 10) : row));
        expect(score(text, [changed, second])).toMatchObject({ score: 0, parts: { "tests solved": 0.5 } });
      }),
      { numRuns: 100 },
    );
  });

  test("a list of grids holds each of them", () => {
    expect(
      score("[[[1,0],[0,1]],[[2]]]", [
        [
          [1, 0],
          [0, 1],
        ],
        [[2]],
      ]),
    ).toMatchObject({ score: 1 });
  });

  test.each([
    ["ragged rows", "[[1,0],[0]]"],
    ["a truth value for a digit", "[[1,0],[0,true]]"],
    ["a number of two digits", "[[1,0],[0,11]]"],
    ["a ragged grid after the right one", "[[1,0],[0,1]]\n\n[[1,0],[0]]"],
    ["one row too many", "[[1,0],[0,1],[0,0]]"],
    ["no grid", "The answer is 1 0 0 1."],
    ["an unclosed one", "[[1,0],[0,1"],
  ])("%s is wrong", (_, response) => {
    expect(
      score(response, [
        [
          [1, 0],
          [0, 1],
        ],
      ]).score,
    ).toBe(0);
  });

  test("a key that is no grid of digits is the data's fault", () => {
    for (const truth of [null, "1 0", [], [[]], [[[10]]]]) expect(score("[[1]]", truth).status).toBe("data-error");
  });
});
