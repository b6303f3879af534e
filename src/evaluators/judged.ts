/** Answers that only a reader can grade: a judge model gives the verdict, by the rubric of the data set. */
import { z } from "zod";
import { defineEvaluator } from "../core/evaluator.ts";
import { failedAnswer, ungraded } from "../core/score-result.ts";
import { askJudge } from "./judge/ask-judge.ts";
import { finalAnswerRubric } from "./judge/final-answer-rubric.ts";
import { gradedRubric } from "./judge/graded-rubric.ts";
import { matchingRubric } from "./judge/matching-rubric.ts";
import type { Rubric } from "./judge/rubric.ts";
import { scaleRubric } from "./judge/scale-rubric.ts";
import { keyText } from "./text/key-text.ts";
import { visibleText } from "./text/visible-text.ts";

const rubrics = {
  graded: gradedRubric,
  matching: matchingRubric,
  "final-answer": finalAnswerRubric,
  scale: scaleRubric,
} as const satisfies Readonly<Record<string, Rubric>>;

export const judged = defineEvaluator({
  name: "judged",
  version: 2,
  summary: "A judge model's verdict on the answer, by the data set's rubric; no verdict is no score.",
  needs: ["judge"],
  options: z.strictObject({
    rubric: z
      .enum(Object.keys(rubrics) as [keyof typeof rubrics, ...(keyof typeof rubrics)[]])
      .describe("graded = correct, incorrect, not attempted; matching = yes or no; scale = 0 to 10"),
  }),

  async score({ response, truth, record }, { rubric: name }, tools) {
    const rubric: Rubric = rubrics[name];
    const key = keyText(truth).trim();
    if (key === "") return ungraded("data-error", "the key is empty");
    const visible = visibleText(response).trim();
    if (visible === "") {
      return failedAnswer("no-answer", response.trim() === "" ? "the response is empty" : "the reasoning never ends");
    }
    const question = typeof record["question"] === "string" ? record["question"] : "";
    const answer = rubric.answerOf ? rubric.answerOf(visible) : visible;
    return await askJudge(rubric, { question, truth: key, answer }, tools);
  },
});
