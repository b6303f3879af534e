/** Over all deterministic families: harmless wrapping keeps a right answer right, and another answer in its place is wrong. */
import { assert, asyncProperty, constantFrom, integer } from "fast-check";
import { describe, expect, test } from "vitest";
import type { DatasetDefinition } from "../../src/core/dataset.ts";
import { datasets } from "../../src/datasets/registry.ts";
import { readyScorer, scoreAnswer } from "../../src/scoring/score-answer.ts";

type Wrapping = (answer: string) => string;

/** Before, around and after: nothing of it says anything about the answer. */
const prose: readonly Wrapping[] = [
  (answer) => answer,
  (answer) => `Let me think about this step by step.\n\nThat settles it.\n\n${answer}`,
  (answer) => `<think>Perhaps it is something else. No.</think>\n\n${answer}\n`,
  (answer) => `## Reasoning\n\n- first this\n- then that\n\n---\n\n${answer}`,
  (answer) => `${answer}\r\n`,
  (answer) => `  \n\n${answer}  `,
];

/** One line of the families that announce an answer. */
const announced: readonly Wrapping[] = [
  (answer) => `**${answer}**`,
  (answer) => answer.replace("Answer: ", "**Answer:** "),
  (answer) => answer.replace("Answer: ", "answer: "),
  (answer) => answer.replace("Answer: ", "Answer:   "),
  (answer) => answer.replace("Answer: ", "The answer is "),
];

const boxed: readonly Wrapping[] = [
  (answer) => `$${answer}$`,
  (answer) => `\\[ ${answer} \\]`,
  (answer) => `So the final answer is ${answer}.`,
  (answer) => answer.replace("\\boxed{", "\\boxed{ ").replace(/\}$/, " }"),
  (answer) => answer.replaceAll("\\frac", "\\dfrac"),
];

const wrappings: Readonly<Record<string, readonly Wrapping[]>> = {
  letter: announced,
  label: announced,
  "boxed-maths": boxed,
  numeric: boxed,
};

/** Another answer of the same form, by a number from 1 to 9. */
const others: Readonly<Record<string, (answer: string, by: number) => string>> = {
  letter: (answer, by) => `Answer: ${"ABCDEFGHIJ"[("ABCDEFGHIJ".indexOf(answer.at(-1) ?? "A") + by) % 10]}`,
  label: (answer, by) => `Answer: ${answer.endsWith("Yes") ? "No" : `item ${by}`}`,
  "boxed-maths": (_, by) => `\\boxed{${100_000 + by}}`,
  numeric: (_, by) => `\\boxed{${100_000 + by}}`,
  kor: (_, by) => `[[${"Q".repeat(by + 3)}]]`,
  assignment: (answer, by) => (by % 2 === 0 ? answer.replace("knight", "knave") : answer.replace("knave", "knight")),
  grid: (answer, by) => answer.replace(/\d/, (digit) => String((Number(digit) + by) % 10)),
  protocol: (answer, by) => answer.replace(/<[^<>/]+>\(/, `<Another action ${by}>(`),
};

/** Families that give a part of the whole for a part of the answer: another answer is not right, though it need not be wrong. */
const gradual = new Set(["protocol"]);

const familyOf = (dataset: DatasetDefinition): string =>
  readyScorer(dataset, { response: "", ...dataset.toItem(dataset.example, 1) }).evaluator.name;

const cases = datasets
  .map((dataset) => [dataset.id, familyOf(dataset), dataset] as const)
  .filter(([, family, { vectorsOnly }]) => family in others && !vectorsOnly);

describe.each(cases)("%s (%s)", (_, family, dataset) => {
  const { truth, record, choices } = dataset.toItem(dataset.example, 1);
  const right = dataset.selfCheck(dataset.example);
  const score = async (response: string): Promise<number> =>
    (await scoreAnswer(dataset, { response, truth, record, choices })).score;
  const inner = constantFrom<Wrapping>((answer) => answer, ...(wrappings[family] ?? []));

  test("a right answer stays right, another is wrong, in whatever they are set", async () => {
    await assert(
      asyncProperty(constantFrom(...prose), inner, integer({ min: 1, max: 9 }), async (outer, set, by) => {
        expect([outer(set(right)), await score(outer(set(right)))]).toEqual([outer(set(right)), 1]);
        const wrong = others[family]?.(right, by) ?? "";
        const earned = await score(outer(set(wrong)));
        if (gradual.has(family)) expect(earned, outer(set(wrong))).toBeLessThan(1);
        else expect([outer(set(wrong)), earned]).toEqual([outer(set(wrong)), 0]);
      }),
      { numRuns: 60 },
    );
  });
});
