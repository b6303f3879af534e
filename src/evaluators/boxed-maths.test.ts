import { assert, constantFrom, integer, property } from "fast-check";
import { describe, expect, test } from "vitest";
import type { ScoreResult } from "../core/evaluator.ts";
import { boxedMaths } from "./boxed-maths.ts";

function score(response: string, truth: unknown, options: object = {}): ScoreResult {
  return boxedMaths.score({ response, truth, record: {} }, boxedMaths.options.parse(options), {}) as ScoreResult;
}

/** Harmless ways to say an answer; none changes what it is. */
const wrappings: readonly ((answer: string) => string)[] = [
  (answer) => `\\boxed{${answer}}`,
  (answer) => `First I try 3, then 5.\n\n$$\\boxed{ ${answer} }$$\n\nThis checks: 12 = 12.`,
  (answer) => `\\boxed{1} was my first guess; it is \\boxed{${answer}}.\nThe box \\boxed{} holds the answer.`,
  (answer) => `\\boxed{\\boldsymbol{${answer}}}`,
  (answer) => `\\boxed{x = ${answer}}`,
  (answer) => `**Answer:** ${answer}`,
  (answer) => `**Final Answer**: $${answer}$.`,
  (answer) => `ANSWER: \\(${answer}\\)`,
  (answer) => `## Final Answer\n\n${answer}`,
  (answer) => `So the answer is $${answer}$.`,
  (answer) => `Therefore, the final answer is **${answer}**.`,
  (answer) => `<think>\\boxed{7777} no</think>The answer is ${answer}, since 4 + 5 = 9.`,
  (answer) => `The final answer is:\n\n$$\n${answer}\n$$`,
];
const answers = integer({ min: -999_999, max: 999_999 });
const spelled = constantFrom<(value: number) => string>(
  String,
  (value) => value.toLocaleString("en-US"),
  (value) => `\\frac{${2 * value}}{2}`,
  (value) => `${value}.0`,
);

describe("boxed-maths", () => {
  test("a right number stays right in prose, markdown and LaTeX, a wrong one is wrong", () => {
    assert(
      property(answers, answers, constantFrom(...wrappings), spelled, (value, other, wrap, spell) => {
        expect(score(wrap(spell(value)), String(value))).toMatchObject({ status: "scored", score: 1 });
        if (other !== value)
          expect(score(wrap(spell(other)), String(value))).toMatchObject({ status: "scored", score: 0 });
      }),
      { numRuns: 300 },
    );
  });

  test("a number in unfinished reasoning is no answer", () => {
    for (const response of [
      "We get a = 3 and then 25",
      "so far n = 204, I still have to check",
      "<think>\\boxed{204}",
    ]) {
      expect(score(response, "25")).toMatchObject({ status: "no-answer", score: 0 });
    }
  });

  test("a key that cannot be read, or not within the limits, is a fault of the data", () => {
    for (const key of ["x^{", "\\frac{1}{", "9^{9^{9^{9}}}", "1+".repeat(20_000) + "1"])
      expect(score("\\boxed{3}", key)).toMatchObject({ status: "data-error", score: NaN });
    expect(score("\\boxed{x^{}", "3").status).not.toBe("data-error");
    expect(score("\\boxed{9^{9^{9^{9}}}}", "3").score).toBe(0);
  });

  test("a last line that is nothing but a number is one", () => {
    expect(score("Adding up:\n\n$204$", "204")).toMatchObject({ score: 1 });
    expect(score("Adding up:\n**3/4**", "0.75")).toMatchObject({ score: 1 });
  });

  test("prose in the box is unparseable, a tower is a limit, an empty key is the data's fault", () => {
    expect(score("\\boxed{\\frac{1}{}", "3").status).toBe("no-answer");
    expect(score("\\boxed{\\foo(3}", "3").status).toBe("unparseable");
    expect(score("\\boxed{9^{9^{9^{9}}}}", "1024").status).toBe("limit");
    for (const truth of ["", null, [], {}]) expect(score("\\boxed{3}", truth).status).toBe("data-error");
  });

  test("where whole numbers are asked for a percentage is wrong", () => {
    expect(score("\\boxed{50\\%}", "50")).toMatchObject({ score: 1 });
    expect(score("\\boxed{50\\%}", "50", { integer: true })).toMatchObject({ score: 0 });
  });

  test("the reference takes the last integer of a text without a box where it is told to", () => {
    const answered = { response: "a=3, b=4 and then 25", truth: "25", record: {} };
    const compat = (compatLastInteger: boolean): unknown =>
      boxedMaths.compat?.(answered, boxedMaths.options.parse({ compatLastInteger }), {});
    expect(compat(true)).toMatchObject({ score: 1 });
    expect(compat(false)).toMatchObject({ score: 0 });
  });
});
