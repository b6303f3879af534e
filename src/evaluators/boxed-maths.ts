/**
 * Mathematics: the boxed or announced answer against the key, equal in value and kind (maths/maths-equal.ts).
 * Where the answer stands: text/maths-answer.ts.
 */
import { z } from "zod";
import { defineEvaluator } from "../core/evaluator.ts";
import type { ScoreResult } from "../core/evaluator.ts";
import { failedAnswer, graded, ungraded } from "../core/score-result.ts";
import { mathsEqual, type MathsVerdict } from "./maths/maths-equal.ts";
import { referenceMaths } from "./maths/reference-maths.ts";
import { lastBox } from "./text/boxed.ts";
import { keyText } from "./text/key-text.ts";
import { mathsAnswer } from "./text/maths-answer.ts";
import { visibleText } from "./text/visible-text.ts";

const graders: Readonly<Record<MathsVerdict, (answer: string) => ScoreResult>> = {
  equal: (answer) => graded(1, answer),
  different: (answer) => graded(0, answer),
  unreadable: (answer) => failedAnswer("unparseable", `"${answer.slice(0, 60)}" is no mathematical answer`, answer),
  limit: (answer) => failedAnswer("limit", "deciding would take too much work", answer),
};

export const boxedMaths = defineEvaluator({
  name: "boxed-maths",
  version: 2,
  summary: "The boxed or announced answer, equal to the key as mathematics.",
  options: z.strictObject({
    integer: z.boolean().default(false).describe("whether every key is a whole number, so that a percentage is wrong"),
    requireReduced: z.boolean().default(false).describe("whether a fraction must be in lowest terms"),
    compatLastInteger: z.boolean().default(false).describe("whether the reference takes the last integer anywhere"),
  }),

  score({ response, truth }, { integer, requireReduced }) {
    const key = keyOf(truth);
    if (key === undefined) return ungraded("data-error", `the key is ${JSON.stringify(truth)}, no mathematical answer`);
    const visible = visibleText(response);
    if (visible.trim() === "") {
      return failedAnswer("no-answer", response.trim() === "" ? "the response is empty" : "the reasoning never ends");
    }
    const answer = mathsAnswer(visible)?.text;
    if (answer === undefined || answer === "") return failedAnswer("no-answer", "no box, no announced answer");
    if (integer && answer.includes("%"))
      return graded(0, answer, { detail: "a percentage, where a whole number was asked for" });
    const verdict = mathsEqual(answer, key, { requireReduced });
    const isReached = verdict === "equal" || verdict === "different";
    if (!isReached && isBeyondReading(key))
      return ungraded("data-error", `the key "${key.slice(0, 60)}" cannot be read`);
    return graders[verdict](answer);
  },

  compat({ response, truth }, { compatLastInteger }) {
    const { prediction, correct } = referenceMaths(response, keyText(truth), compatLastInteger);
    return graded(correct, prediction);
  },
});

/** Beside an answer that any key can be held against: what then cannot be decided is the key's fault, not the model's. */
function isBeyondReading(key: string): boolean {
  const verdict = mathsEqual("1", key);
  return verdict === "unreadable" || verdict === "limit";
}

/** As text, out of its box; undefined where there is none. */
function keyOf(truth: unknown): string | undefined {
  const text = keyText(truth).trim();
  return text === "" ? undefined : (lastBox(text)?.content ?? text);
}
