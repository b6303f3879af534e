/** FrontierScience, olympiad part: is the answer behind the marker the right one. The words are ours. */
import { finalAnswer } from "./final-answer.ts";
import { jsonField, lastMatch, plainReply } from "./reply.ts";
import type { Rubric, Verdict } from "./rubric.ts";

const right: Verdict = { score: 1, grade: "correct" };
const wrong: Verdict = { score: 0, grade: "incorrect" };

/** So much of a response without a marker is shown. */
const tailCharacters = 2000;

export const finalAnswerRubric: Rubric = {
  id: "frontierscience/1",
  task: [
    "Judge whether an answer to a science problem is the right one. Equal expressions, equal names of one thing and numbers equal after rounding are the same; a missing part is wrong.",
    'Reply with JSON alone: {"grade": "CORRECT"} or {"grade": "INCORRECT"}.',
  ].join("\n"),
  replySchema: {
    type: "object",
    properties: { grade: { type: "string", enum: ["CORRECT", "INCORRECT"] } },
    required: ["grade"],
    additionalProperties: false,
  },
  answerOf: (visible) =>
    finalAnswer(visible) || `(no marked answer; the end of the response:) ${visible.slice(-tailCharacters)}`,
  read(reply) {
    const said = jsonField(reply, "grade") ?? lastMatch(reply, /<grade>\s*([^<]*?)\s*<\/grade>/gi)?.[1];
    if (typeof said === "string") return { CORRECT: right, INCORRECT: wrong }[said.trim().toUpperCase()];
    const text = plainReply(reply);
    const word =
      lastMatch(text, /\b(INCORRECT|CORRECT)\b/g)?.[1] ?? /^\s*(incorrect|correct)\s*\.?\s*$/i.exec(text)?.[1];
    return word === undefined ? undefined : { CORRECT: right, INCORRECT: wrong }[word.toUpperCase()];
  },
};
