/**
 * KOR-Bench: the answer in double square brackets, compared as the item's rule demands (kor/same-by-rule.ts): as text, as a
 * set of words or sections, as mathematics, or as a sum that comes out.
 */
import { z } from "zod";
import { defineEvaluator } from "../core/evaluator.ts";
import type { Answered } from "../core/evaluator.ts";
import { failedAnswer, graded, ungraded } from "../core/score-result.ts";
import { bracketed } from "./kor/bracketed.ts";
import { referenceKor } from "./kor/reference-kor.ts";
import { sameByRule, type KorItem } from "./kor/same-by-rule.ts";
import { keyText } from "./text/key-text.ts";
import { lastAnswerMarker } from "./text/markers.ts";
import { plainSegment } from "./text/plain-segment.ts";
import { visibleText } from "./text/visible-text.ts";

export const kor = defineEvaluator({
  name: "kor",
  version: 2,
  summary: "The answer in double square brackets, compared by the rule of its item.",
  options: z.strictObject({}),

  score(answered) {
    const item = itemOf(answered);
    const key = bracketed(keyText(answered.truth)) ?? keyText(answered.truth).trim();
    if (key === "" || item.category === "")
      return ungraded("data-error", "the record lacks its key or its question_type");
    const visible = visibleText(answered.response);
    if (visible.trim() === "") return failedAnswer("no-answer", "nothing was said outside the reasoning");
    const answer = bracketed(visible) ?? plainSegment(lastAnswerMarker(visible)?.segment ?? "");
    if (answer === "") return failedAnswer("no-answer", "no [[answer]]");
    return graded(sameByRule(answer, key, item), answer, realLife(answered, answer, item));
  },

  compat(answered) {
    const { prediction, correct } = referenceKor(answered.response, keyText(answered.truth), {
      ...itemOf(answered),
      position: field(answered, "idx"),
    });
    return graded(correct, prediction);
  },
});

const field = ({ record }: Answered, name: string): string => keyText(record[name]);

function itemOf(answered: Answered): KorItem {
  return { category: field(answered, "question_type"), rule: field(answered, "rule_id") };
}

/** In a made-up world: whether the answer is that of the real one. */
function realLife(answered: Answered, answer: string, item: KorItem): { parts?: Record<string, number> } {
  const real = field(answered, "real_life_answer");
  if (real === "") return {};
  return { parts: { "real-life answer": Number(sameByRule(answer, bracketed(real) ?? real, item)) } };
}
