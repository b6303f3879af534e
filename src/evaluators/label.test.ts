import { assert, constantFrom, property, tuple } from "fast-check";
import { describe, expect, test } from "vitest";
import type { ScoreResult } from "../core/evaluator.ts";
import { label } from "./label.ts";

const grade = (response: string, truth: unknown): ScoreResult =>
  label.score({ response, truth, record: {} }, {}, {}) as ScoreResult;

describe("label", () => {
  test.each([
    ["(B)", "Answer: (B)."],
    ["(B)", "So the answer is (B)."],
    ["(B)", "The correct one is clear.\n\n**(B)**"],
    ["24", "Answer: 24 (since 4*6=24)"],
    ["24", "Answer: 4 * 6 = 24"],
    ["24", "The total is \\boxed{24}"],
    ["1234", "**Answer:** 1,234 apples"],
    ["-5", "Answer: \u22125"],
    ["7", "Answer: seven"],
    ["True", "Answer: `True`"],
    ["False", "not ( True ) is False.\n\nFalse"],
    ["no", "The answer is No, because they differ."],
    ["invalid", "Answer: The argument is not deductively valid."],
    ["] ) }", "Answer: ])}"],
    ["] ) }", "Answer: `] ) }`."],
    ["] ) }", "Answer: the closing sequence is ] ) }"],
    ["> }", "Answer: $\\rangle \\}$"],
    ["apple bridge cedar", "Answer: Apple, bridge, cedar."],
    ["apple bridge cedar", "Answer:\n1. apple\n2. bridge\n3. cedar"],
    ["apple bridge cedar", "Answer: \\boxed{\\text{apple bridge cedar}}"],
    ["Paris", "Answer: **Paris** (the capital)"],
    ["yes", "Answer: Yes\n\nQ: And is 3 odd?\nAnswer: No"],
  ])("accepts for %j: %j", (key, response) => {
    expect(grade(response, key)).toMatchObject({ status: "scored", score: 1 });
  });

  test.each([
    ["invalid", "Answer: valid"],
    ["valid", "Answer: not valid"],
    ["] ) }", "Answer: ] )"],
    ["24", "Answer: 24.5"],
    ["24", "Answer: 240"],
    ["apple bridge cedar", "Answer: bridge apple cedar"],
    ["yes", "Answer: yes or no"],
    ["(B)", "Answer: (A) or (B)"],
    ["no", "Answer: Nobody knows"],
    ["Paris", "Answer: Parisian"],
  ])("refuses for %j: %j", (key, response) => {
    expect(grade(response, key).score).toBe(0);
  });

  test("a key that is no text is the data's fault", () => {
    expect(grade("Answer: 1", null)).toMatchObject({ status: "data-error", score: NaN });
    expect(grade("Answer: 1", " ")).toMatchObject({ status: "data-error", score: NaN });
  });
});

/** Keys of one kind, none equal to another. */
const kinds: readonly (readonly string[])[] = [
  ["(A)", "(B)", "(C)"],
  ["0", "7", "24", "-120"],
  ["True", "False"],
  ["Yes", "No"],
  ["valid", "invalid"],
  ["]", "] )", ") ]", "} > ] )", "{ }"],
  ["apple bridge", "bridge apple", "apple bridge cedar"],
  ["Paris", "Rome", "Romeo"],
];
const pairs = kinds.flatMap((keys) => keys.flatMap((key) => keys.map((said) => ({ key, said }))));
const phrasings: readonly ((x: string) => string)[] = [
  (x) => `Answer: ${x}`,
  (x) => `**Answer:** ${x}`,
  (x) => `**Answer: ${x}**`,
  (x) => `Answer: ${x}.`,
  (x) => `ANSWER: ${x}`,
  (x) => `answer : \`${x}\``,
  (x) => `So the answer is ${x}.`,
  (x) => `Final Answer\n\n${x}`,
  (x) => `Answer:\n${x}`,
];
const before = ["", "Let us go step by step.\n\n", "One and two make three.\n", "<think>Answer: (A)</think>\n"];
const after = ["", "\n", "\n\n"];

describe("label, as laws", () => {
  test("harmless prose, markdown and case around the right label keep it right, and another label wrong", () => {
    const frame = tuple(constantFrom(...before), constantFrom(...phrasings), constantFrom(...after));
    assert(
      property(constantFrom(...pairs), frame, ({ key, said }, [start, phrase, end]) => {
        expect(grade(start + phrase(said) + end, key)).toMatchObject({ status: "scored", score: key === said ? 1 : 0 });
      }),
      { numRuns: 1000 },
    );
  });
});
