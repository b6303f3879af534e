import { assert, constantFrom, integer, property } from "fast-check";
import { describe, expect, test } from "vitest";
import type { ScoreResult } from "../core/evaluator.ts";
import { numeric } from "./numeric.ts";

const score = (response: string, truth: unknown, record: Record<string, unknown> = {}): number =>
  (numeric.score({ response, truth, record }, {}, {}) as ScoreResult).score;

const right: readonly (readonly [string, string])[] = [
  ["10\\%", "10%"],
  ["0.935", "93.5%"],
  ["93.5\\%", "0.935"],
  ["93.5", "93.5%"],
  ["\\$15.4 \\text{ million}", "15.4"],
  ["15.4 million", "$15,400,000"],
  ["15,400,000", "15.4 million"],
  ["\\text{15.4 billion dollars}", "15400 million"],
  ["12.34", "12.3"],
  ["12.25", "12.3"],
  ["1{,}999", "1,999"],
  ["1\\,999.0", "1999"],
  ["-3.2%", "-3.2 percent"],
  ["−3.2\\%", "-3.2%"],
  ["\\frac{1}{4}", "25%"],
  ["Yes", "yes"],
  ["\\text{no}", "no"],
  ["$94$", "94"],
  ["\\$94", "94"],
  ["-\\$5.0", "-5"],
  ["0.0", "0"],
];
const wrong: readonly (readonly [string, string])[] = [
  ["12.4", "12.3"],
  ["12.36", "12.3"],
  ["0.3", "0.4"],
  ["1,999", "1,234"],
  ["94,000", "94"],
  ["94 thousand", "94 million"],
  ["3.5", "4"],
  ["-3.2\\%", "3.2%"],
  ["380", "3.8"],
  ["increase of 25 basis points in 2012", "2012"],
  ["25 or 26", "25"],
  ["yes", "no"],
  ["94.4", "94"],
  ["9.35", "93.5%"],
];

describe("numeric", () => {
  test.each(right)("%s is right for %s", (given, key) => {
    expect(score(`\\boxed{${given}}`, key)).toBe(1);
  });

  test.each(wrong)("%s is wrong for %s", (given, key) => {
    expect(score(`\\boxed{${given}}`, key)).toBe(0);
  });

  test("the computed answer counts beside the printed one, to every digit the answer prints", () => {
    expect(score("\\boxed{10.4\\%}", "10%", { exe_ans: 0.10435 })).toBe(1);
    expect(score("\\boxed{0.10435}", "", { qa: { exe_ans: 0.10435 } })).toBe(1);
    expect(score("\\boxed{11.4\\%}", "10%", { exe_ans: 0.10435 })).toBe(0);
    expect(score("\\boxed{yes}", "", { exe_ans: "yes" })).toBe(1);
    expect(score("\\boxed{1}", "")).toBeNaN();
  });

  test("a number stays right in prose and with its thousands parted, its neighbour at the key's precision is wrong", () => {
    const wrappings = constantFrom<(text: string) => string>(
      (text) => `\\boxed{${text}}`,
      (text) => `Revenue grew by 10 in 2012.\n\n**Answer:** ${text}`,
      (text) => `The answer is $${text}$.`,
      (text) => `Final answer:\n${text}.`,
      (text) => `\\[ \\boxed{ ${text} \\text{ dollars} } \\]`,
    );
    assert(
      property(
        integer({ min: -9_999_999, max: 9_999_999 }),
        integer({ min: 0, max: 3 }),
        wrappings,
        (units, decimals, wrap) => {
          const print = (value: number): string =>
            (value / 10 ** decimals).toLocaleString("en-US", { minimumFractionDigits: decimals });
          const key = print(units).replaceAll(",", "");
          expect(score(wrap(print(units)), key)).toBe(1);
          expect(score(wrap(print(units + 1)), key)).toBe(0);
          expect(score(wrap(print(-units - 1)), key)).toBe(0);
        },
      ),
      { numRuns: 300 },
    );
  });
});
