/** SimpleQA: correct, incorrect, or not attempted. Wei et al., 2024, arXiv:2411.04368. The words are ours. */
import { jsonField, lastMatch, plainReply } from "./reply.ts";
import type { Rubric, Verdict } from "./rubric.ts";

const grades: Readonly<Record<string, Verdict>> = {
  A: { score: 1, grade: "correct", parts: { attempted: 1 } },
  B: { score: 0, grade: "incorrect", parts: { attempted: 1 } },
  C: { score: 0, grade: "not-attempted", parts: { attempted: 0 } },
};

const letterOf: Readonly<Record<string, string>> = {
  CORRECT: "A",
  INCORRECT: "B",
  "NOT ATTEMPTED": "C",
  NOTATTEMPTED: "C",
};

export const gradedRubric: Rubric = {
  id: "simpleqa/1",
  task: [
    "Grade an answer to a question of fact against the right answer.",
    "A, correct: it holds all of the right answer's content and contradicts none of it. Wording, order, language and case do not matter; a number must be right to the digits that the right answer gives; more detail is no harm while it is true; hedging is no harm while the right answer stands in it as the answer.",
    "B, incorrect: some statement in it contradicts the right answer, also when it is hedged.",
    "C, not attempted: it does not give the right answer's content and contradicts none of it, such as a refusal.",
    'Reply with JSON alone: {"grade": "A"}, {"grade": "B"} or {"grade": "C"}.',
  ].join("\n"),
  replySchema: {
    type: "object",
    properties: { grade: { type: "string", enum: ["A", "B", "C"] } },
    required: ["grade"],
    additionalProperties: false,
  },
  read(reply) {
    const said = jsonField(reply, "grade");
    if (typeof said === "string") return gradeOf(said);
    // Underscores stay: they join NOT_ATTEMPTED.
    const text = plainReply(reply.replaceAll("_", " "));
    const whole = gradeOf(text);
    if (whole) return whole;
    // A capital A before a small letter is the article.
    const found = lastMatch(text, /\b(NOT ATTEMPTED|INCORRECT|CORRECT|[BC]|A(?!\s+[a-z]))\b(?!['’])/g)?.[1];
    return found === undefined ? undefined : gradeOf(found);
  },
};

/** Of a word or letter in any case, with what stands before it: "Grade: correct". */
function gradeOf(text: string): Verdict | undefined {
  const bare = text
    .trim()
    .replace(/^(?:the\s+)?(?:final\s+)?(?:grade|verdict|answer)\s*(?:is)?\s*[::]?\s*/i, "")
    .replace(/[.!]$/, "")
    .replaceAll("_", " ")
    .trim()
    .toUpperCase();
  return grades[bare] ?? grades[letterOf[bare] ?? ""];
}
