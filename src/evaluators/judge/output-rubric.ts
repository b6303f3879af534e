/** SGI-Bench, dry experiments: whether a program printed what it should have. */
import { jsonField, lastMatch, plainReply } from "./reply.ts";
import type { Rubric } from "./rubric.ts";

export const outputRubric: Rubric = {
  id: "sgi-dry-experiment/1",
  task: [
    "Judge whether the output of a program is the right one. Every digit must agree; layout is free. Only the losses of a training run may be off, by 2 % at most.",
    'Reply with JSON alone: {"judgment": "correct" or "incorrect", "reason": "…"}.',
  ].join("\n"),
  replySchema: {
    type: "object",
    properties: { judgment: { type: "string", enum: ["correct", "incorrect"] }, reason: { type: "string" } },
    required: ["judgment", "reason"],
    additionalProperties: false,
  },
  read(reply) {
    const said = jsonField(reply, "judgment") ?? lastMatch(plainReply(reply), /\b(incorrect|correct)\b/gi)?.[1];
    const word = typeof said === "string" ? said.trim().toLowerCase() : "";
    if (word !== "correct" && word !== "incorrect") return undefined;
    return { score: Number(word === "correct"), grade: word };
  },
};
