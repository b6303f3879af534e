/**
 * Multiple choice: the letter the model commits to, against the key's.
 *
 * Where the answer stands: text/chosen-letter.ts; how a letter is read there: text/read-letter.ts. Two letters offered at
 * once are no answer. The words of an option count as its letter when they are one option's alone.
 */
import { z } from "zod";
import { defineEvaluator } from "../core/evaluator.ts";
import type { Answered, ScoreResult } from "../core/evaluator.ts";
import { failedAnswer, graded, ungraded } from "../core/score-result.ts";
import { beforeNextQuestion } from "./text/before-next-question.ts";
import { chosenLetter } from "./text/chosen-letter.ts";
import { letterRange } from "./text/letter-range.ts";
import { letterQuestion } from "./text/letter-question.ts";
import type { LetterQuestion } from "./text/letter-question.ts";
import { referenceLetter } from "./text/reference-letter.ts";
import { visibleText } from "./text/visible-text.ts";

export const letter = defineEvaluator({
  name: "letter",
  summary: "The letter of the option the model commits to, or that option's own words.",
  options: z.strictObject({
    letters: z
      .string()
      .default("A-J")
      .describe("the letters that may be chosen where the item's options are not known: A-J, or ABCD"),
    compatLetters: z.string().optional().describe("the letters the reference looks for, where they are others"),
    numbered: z.boolean().default(false).describe('whether "2" names the second option'),
  }),

  score(answered, options) {
    const question = questionOf(answered, options);
    const key = typeof answered.truth === "string" ? answered.truth.trim().toUpperCase() : "";
    if (key.length !== 1 || !question.letters.includes(key)) {
      return ungraded("data-error", `the key is ${shown(answered.truth)}, not one of ${question.letters}`);
    }
    const visible = visibleText(answered.response);
    if (visible.trim() === "") return noText(answered.response);
    const { letter: chosen, why, marked } = beforeNextQuestion(visible, (text) => chosenLetter(text, question));
    if (chosen === undefined) return failedAnswer(marked ? "unparseable" : "no-answer", why);
    return graded(chosen === key, chosen);
  },

  compat({ response, truth }, { letters, compatLetters = letters }) {
    const prediction = referenceLetter(response, letterRange(compatLetters));
    return graded(prediction === truth, prediction);
  },
});

/** Many answers share their item's options, and all of a set its letters. */
const questions = new WeakMap<object, LetterQuestion>();

function questionOf(
  { choices }: Answered,
  options: { readonly letters: string; readonly numbered: boolean },
): LetterQuestion {
  const shared = choices && choices.length > 0 ? choices : options;
  let question = questions.get(shared);
  if (question?.numbered !== options.numbered) {
    const letters = shared === choices ? choices.map((choice) => choice.letter).join("") : letterRange(options.letters);
    question = letterQuestion(letters, choices ?? [], options.numbered);
    questions.set(shared, question);
  }
  return question;
}

function noText(response: string): ScoreResult {
  const why = response.trim() === "" ? "the response is empty" : "the reasoning never ends";
  return failedAnswer("no-answer", why);
}

function shown(truth: unknown): string {
  return typeof truth === "string" ? `"${truth}"` : JSON.stringify(truth);
}
