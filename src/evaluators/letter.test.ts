import { assert, constantFrom, integer, property, tuple } from "fast-check";
import { describe, expect, test } from "vitest";
import type { Choice, ScoreResult } from "../core/evaluator.ts";
import { letter } from "./letter.ts";

const options = letter.options.parse({ letters: "A-J" });
const numbered = letter.options.parse({ letters: "AB", numbered: true });

const tools: readonly Choice[] = [
  { letter: "A", text: "a ruler" },
  { letter: "B", text: "a balance" },
  { letter: "C", text: "clock" },
  { letter: "D", text: "None of the above" },
];

function read(response: string, choices?: readonly Choice[]): ScoreResult {
  return letter.score({ response, truth: "C", record: {}, choices }, options, {}) as ScoreResult;
}

describe("letter", () => {
  test.each([
    ["C"],
    ["c."],
    ["**(C)**"],
    ["Answer: C"],
    ["answer: c"],
    ["**Answer:** C"],
    ["**Answer**: C"],
    ["ANSWER : (c)"],
    ["Answer\uFF1AC"],
    ["Answer: `C`"],
    ["Answer: $\\boxed{\\text{C}}$"],
    ["Answer: $\\mathrm{(C)}$"],
    ["Answer:\n\n**C**"],
    ["Answer: C because A and B are wrong"],
    ["Answer: C (A and B are wrong)"],
    ["Answer: not B but C"],
    ["Answer: Option c"],
    ["Answer: Chest pain rules out the rest, so (C)."],
    ["**Final Answer**\n\nC"],
    ["### Answer\nC"],
    ["The answer is C."],
    ["The answer is (C). Option D is not right."],
    ["Option C is correct."],
    ["Hence \\[\\boxed{C}\\]"],
    ['{"answer": "C"}'],
    ["<answer>C</answer>"],
    ["C\n\nExplanation: A is too small, B too large."],
    ["Much reasoning.\n\nC"],
    ["Answer: Let us think.\nIt floats.\nThe answer is (C)."],
    ["First Answer: A, but on second thoughts:\nAnswer: C"],
    ["<think>Answer: A</think>Answer: C"],
    ["Answer: A looks right</think>\nAnswer: C"],
    ["Answer: C\n\nQuestion: and what is 2 + 2?\nAnswer: D"],
  ])("reads C from %j", (response) => {
    expect(read(response)).toMatchObject({ status: "scored", score: 1, prediction: "C" });
  });

  test.each([
    ["Answer: A or C"],
    ["Answer: C, D"],
    ["Answer: both (A) and (C)"],
    ["Answer: Option A or Option C"],
    ["Answer: Certainly not obvious"],
    ["Answer: C-terminal residues"],
    ["Answer: neither A nor C"],
    ["Answer: e.g. something"],
    ["The answer cannot be determined."],
  ])("gives no credit to anyone for %j", (response) => {
    const { status, score, prediction } = read(response);
    expect([status === "scored", score, prediction]).toEqual([false, 0, ""]);
  });

  test.each([
    ["Answer: a ruler", "A"],
    ["Answer: The balance", "B"],
    ["Answer: C clock", "C"],
    ["Answer: None of the above", "D"],
    ["clock", "C"],
    ["The answer is a ruler.", "A"],
  ])("takes the words of one option for its letter: %j", (response, chosen) => {
    expect(read(response, tools).prediction).toBe(chosen);
  });

  test("words that two options share name neither", () => {
    const alike = [...tools.slice(0, 3), { letter: "D", text: "Clock" }];
    expect(read("Answer: clock", alike)).toMatchObject({ status: "unparseable", prediction: "" });
  });

  test("a number names an option only where the source counts its options", () => {
    const counted = letter.score({ response: "Answer: 2", truth: "B", record: {} }, numbered, {});
    expect(counted).toMatchObject({ score: 1, prediction: "B" });
    expect(read("Answer: 2", tools).prediction).toBe("");
  });

  test("a letter outside the options is no answer, and says so", () => {
    expect(read("Answer: E", tools)).toMatchObject({ status: "unparseable", score: 0 });
    expect(read("Answer: E", tools).detail).toContain("E is none of the options ABCD");
  });

  test("a key that is no option is the data's fault", () => {
    const result = letter.score({ response: "Answer: A", truth: "Z", record: {} }, options, {});
    expect(result).toMatchObject({ status: "data-error", score: NaN });
  });
});

/** Ways to say X that change nothing. */
const phrasings: readonly ((x: string) => string)[] = [
  (x) => `Answer: ${x}`,
  (x) => `**Answer:** ${x}`,
  (x) => `**Answer: ${x}**`,
  (x) => `Answer: (${x})`,
  (x) => `Answer: ${x}.`,
  (x) => `ANSWER:${x}`,
  (x) => `answer: ${x.toLowerCase()}`,
  (x) => `Final answer: $\\boxed{${x}}$`,
  (x) => `The answer is ${x}.`,
  (x) => `Therefore, the correct option is (${x}).`,
  (x) => `\\boxed{\\text{${x}}}`,
  (x) => `Final Answer\n\n${x}`,
  (x) => `Answer: \\( ${x} \\)`,
];
const before = [
  "",
  "We weigh the options one by one.\n\n",
  "Step 1: 3 > 2.\nStep 2: done.\n",
  "<think>Answer: A</think>\n",
];
const after = ["", "\n", "  \n\n", "\n\nI hope this helps!"];
const letters = "ABCDEFGHIJ";

describe("letter, as laws", () => {
  test("harmless prose, markdown, LaTeX and case around the right letter keep it right, and a wrong letter wrong", () => {
    const place = integer({ min: 0, max: letters.length - 1 });
    const frame = tuple(constantFrom(...before), constantFrom(...phrasings), constantFrom(...after));
    assert(
      property(place, place, frame, (key, said, [start, phrase, end]) => {
        const response = start + phrase(letters[said] ?? "") + end;
        const result = letter.score({ response, truth: letters[key], record: {} }, options, {});
        expect(result).toMatchObject({ status: "scored", score: key === said ? 1 : 0, prediction: letters[said] });
      }),
      { numRuns: 1000 },
    );
  });
});
