/** SFE: from 0 to 10, how near the answer is to the right one. Partial credit counts. The words are ours. */
import { jsonField, lastMatch, plainReply } from "./reply.ts";
import type { Rubric, Verdict } from "./rubric.ts";

export const scaleRubric: Rubric = {
  id: "sfe/1",
  task: [
    "Grade how near an answer comes to the right one, from 0 (nothing in common) to 10 (the same content; wording does not matter).",
    'Reply with JSON alone: {"score": a whole number from 0 to 10}.',
  ].join("\n"),
  replySchema: {
    type: "object",
    properties: { score: { type: "integer", minimum: 0, maximum: 10 } },
    required: ["score"],
    additionalProperties: false,
  },
  read(reply) {
    const said = jsonField(reply, "score");
    if (typeof said === "number" || typeof said === "string") return onScale(`${said}`);
    const text = plainReply(reply);
    const named =
      lastMatch(text, /(-?\d+(?:\.\d+)?)\s*(?:\/|out of)\s*10\b/gi)?.[1] ??
      lastMatch(text, /\b(?:score|rating|grade)\b\s*(?:is|of)?\s*[::]?\s*(-?\d+(?:\.\d+)?)/gi)?.[1];
    if (named !== undefined) return onScale(named);
    const numbers = [...text.matchAll(/-?\d+(?:\.\d+)?/g)].map(([number]) => number);
    return new Set(numbers).size === 1 ? onScale(numbers[0] ?? "") : undefined;
  },
};

function onScale(text: string): Verdict | undefined {
  const value = Number(text.trim());
  if (text.trim() === "" || !Number.isInteger(value) || value < 0 || value > 10) return undefined;
  return { score: value / 10, grade: `${value} of 10` };
}
