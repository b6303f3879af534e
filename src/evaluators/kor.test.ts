import { assert, constantFrom, property, stringMatching } from "fast-check";
import { describe, expect, test } from "vitest";
import type { ScoreResult } from "../core/evaluator.ts";
import { kor } from "./kor.ts";

function result(response: string, truth: string, record: Record<string, unknown>): ScoreResult {
  return kor.score({ response, truth, record }, {}, {}) as ScoreResult;
}

type Case = readonly [given: string, key: string, category: string, rule: string];

const right: readonly Case[] = [
  ["[[N Q X]]", "[[NQX]]", "cipher", "1"],
  ["$$\\boxed{[[NQX]]}$$", "[[NQX]]", "cipher", "1"],
  ["**[[NQX]]** where [[...]] is the format", "[[NQX]]", "cipher", "1"],
  ["[NQX]", "[[NQX]]", "cipher", "1"],
  ["**Answer:** NQX", "[[NQX]]", "cipher", "1"],
  ["[[X = \\frac{74}{2}]]", "[[37]]", "operation", "1"],
  ["[[2 or 1]]", "[[1 or 2]]", "operation", "9"],
  ["[[(2, 1)]]", "[[(2,1)]]", "operation", "3"],
  ["[[C, A, B]]", "[[A,B,C]]", "operation", "18"],
  ["[[x=3, y=-5]]", "[[3,-5]]", "operation", "24"],
  ["[[3 ≤ x ≤ 8]]", "[[x ≥ 3, x ≤ 8]]", "operation", "23"],
  ["[[~q3]; [q1 & q2]]", "[[q1&q2];[~q3]]", "logic", "5"],
  ["[[Stop, Pots]]", "[[pots stop]]", "puzzle", "3"],
  ["[[Lemon]]", "[[lemon melon]]", "puzzle", "4"],
  ["[[b, a]]", "[[a,b]]", "puzzle", "5"],
  ["[[5 + 2 = 7]]", "[[3+4=7]]", "puzzle", "9"],
  ["[[(2 + 4) × 5 − 6 = 24]]", "[[6*5-4-2]]", "puzzle", "10"],
  ["[[1 2\n3 4]]", "[[1 2,3 4]]", "puzzle", "18"],
  ["[[0101]]", "[[0 1 0 1]]", "puzzle", "7"],
  ["[[A, B]]", "[[AB]]", "puzzle", "7"],
  ["[[{23, 1}]]", "[[1,23]]", "operation", "18"],
  ["[[c]]", "[[C]]", "logic", "1"],
  ["[[c]]", "[[C]]", "counterfactual", "1"],
  ["[[true]]", "[[True]]", "logic", "2"],
  ["[[FALSE.]]", "[[false]]", "operation", "2"],
  ["[[p \\land \\neg q]]", "[[p∧¬q]]", "logic", "1"],
  ["[[$p \\rightarrow q$]]", "[[p → q]]", "logic", "1"],
  ["[[q1 \\lor q2];[\\lnot q3]]", "[[¬q3];[q1∨q2]]", "logic", "5"],
];
const wrong: readonly Case[] = [
  ["[[1,23]]", "[[12,3]]", "puzzle", "7"],
  ["[[1 23]]", "[[12 3]]", "puzzle", "18"],
  ["[[1 23]]", "[[12 3]]", "cipher", "1"],
  ["[[1 23]]", "[[12 3]]", "operation", "1"],
  ["[[1,23]]", "[[12,3]]", "operation", "18"],
  ["[[123]]", "[[12 3]]", "puzzle", "7"],
  ["[[d]]", "[[C]]", "logic", "1"],
  ["[[false]]", "[[True]]", "logic", "2"],
  ["[[c]]", "[[C]]", "cipher", "1"],
  ["[[p \\lor q]]", "[[p∧q]]", "logic", "1"],
  ["[[nqx]]", "[[NQX]]", "cipher", "1"],
  ["[[NQX]] or rather [[NQY]]", "[[NQX]]", "cipher", "1"],
  ["[[2, 1]]", "[[1, 2]]", "operation", "3"],
  ["[[38]]", "[[37]]", "operation", "1"],
  ["[[x ≥ 3, x ≤ 9]]", "[[x ≥ 3, x ≤ 8]]", "operation", "23"],
  ["[[~q3];[q1&q2]]", "[[q1&q2];[~q3]]", "logic", "1"],
  ["[[elon]]", "[[lemon melon]]", "puzzle", "4"],
  ["[[lemon or lime]]", "[[lemon melon]]", "puzzle", "4"],
  ["[[3*4=7]]", "[[3+4=7]]", "puzzle", "9"],
  ["[[3+4=8]]", "[[3+4=7]]", "puzzle", "9"],
  ["[[6*4]]", "[[6*5-4-2]]", "puzzle", "10"],
  ["[[24+0*(6+5+4+2)]]", "[[6*5-4-2]]", "puzzle", "10"],
  ["[[__import__('os').system('true') or 24]]", "[[6*5-4-2]]", "puzzle", "10"],
  ["[[__import__('os').getpid()*0+7=7]]", "[[3*4+7=7]]", "puzzle", "9"],
  ["[[9**9**9**9]]", "[[6*5-4-2]]", "puzzle", "10"],
];

describe("kor", () => {
  test.each(right)("%s is right for %s (%s, rule %s)", (given, key, question_type, rule_id) => {
    expect(result(`So: ${given}`, key, { question_type, rule_id })).toMatchObject({ status: "scored", score: 1 });
    expect(result(key, key, { question_type, rule_id })).toMatchObject({ status: "scored", score: 1 });
  });

  test.each(wrong)("%s is wrong for %s (%s, rule %s)", (given, key, question_type, rule_id) => {
    expect(result(`So: ${given}`, key, { question_type, rule_id }).score).toBe(0);
  });

  test("an answer that is right in the real world only is told apart", () => {
    const record = { question_type: "counterfactual", rule_id: "1", real_life_answer: "[[A]]" };
    expect(result("[[A]]", "[[C]]", record)).toMatchObject({ score: 0, parts: { "real-life answer": 1 } });
    expect(result("[[C]]", "[[C]]", record)).toMatchObject({ score: 1, parts: { "real-life answer": 0 } });
  });

  test("in whatever it is set, a right answer stays right and another is wrong", () => {
    const settings = constantFrom<(answer: string) => string>(
      (answer) => `[[${answer}]]`,
      (answer) => `I tried [[ZZZZ]] first.\n\nAnswer: **[[ ${answer} ]]**.`,
      (answer) => `\\[ \\boxed{\\text{${answer}}} \\]`,
      (answer) => `<think>[[ZZZZ]]</think> [["${answer}"]]`,
    );
    assert(
      property(stringMatching(/^[A-Y]{3,8}$/), settings, (answer, set) => {
        const record = { question_type: "cipher", rule_id: "2" };
        expect(result(set(answer), `[[${answer}]]`, record)).toMatchObject({ status: "scored", score: 1 });
        expect(result(set(`${answer}Z`), `[[${answer}]]`, record)).toMatchObject({ status: "scored", score: 0 });
      }),
      { numRuns: 100 },
    );
  });
});
