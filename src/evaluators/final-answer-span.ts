/** The marked answer of a response alone: how FrontierScience's answers are cut out, before a judge sees them. */
import { z } from "zod";
import { defineEvaluator } from "../core/evaluator.ts";
import { failedAnswer, graded } from "../core/score-result.ts";
import { finalAnswer } from "./judge/final-answer.ts";
import { keyText } from "./text/key-text.ts";
import { visibleText } from "./text/visible-text.ts";

export const finalAnswerSpan = defineEvaluator({
  name: "final-answer-span",
  summary: "The text behind the last FINAL ANSWER, as it stands: a check of the reader, no judge asked.",
  options: z.strictObject({}),
  score({ response, truth }) {
    const answer = finalAnswer(visibleText(response));
    if (answer === "") return failedAnswer("no-answer", "no FINAL ANSWER");
    return graded(answer === keyText(truth), answer);
  },
});
