/** HLE: does the final answer match, yes or no, and how sure was the model. Phan et al., 2025, arXiv:2501.14249. */
import { jsonField, lastMatch, plainReply } from "./reply.ts";
import type { Rubric, Verdict } from "./rubric.ts";

export const matchingRubric: Rubric = {
  id: "hle/1",
  task: [
    "Judge whether the final answer of a response is the right answer to the question. Do not solve the question; compare only. Small differences in rounding are no difference; missing, extra or other content is.",
    "Take the final answer out of the response first; if there is none, it is not right.",
    "Take the response's own confidence in per cent, 100 if it states none.",
    'Reply with JSON alone: {"extracted_final_answer": "…", "reasoning": "…", "correct": "yes" or "no", "confidence": 0 to 100}.',
  ].join("\n"),
  replySchema: {
    type: "object",
    properties: {
      extracted_final_answer: { type: "string" },
      reasoning: { type: "string" },
      correct: { type: "string", enum: ["yes", "no"] },
      confidence: { type: "integer", minimum: 0, maximum: 100 },
    },
    required: ["extracted_final_answer", "reasoning", "correct", "confidence"],
    additionalProperties: false,
  },
  read(reply) {
    const text = plainReply(reply);
    const said = jsonField(reply, "correct");
    // A verdict has a line of its own; "correct: yes" inside the reasoning is no verdict.
    const word = typeof said === "string" ? said : lastMatch(text, /^[\s\-#>]*correct\s*[::]\s*(yes|no)\b/gim)?.[1];
    const isRight = typeof said === "boolean" ? said : { yes: true, no: false }[word?.trim().toLowerCase() ?? ""];
    if (isRight === undefined) return undefined;
    return { score: Number(isRight), grade: isRight ? "correct" : "incorrect", ...confidenceOf(reply, text) };
  },
};

function confidenceOf(reply: string, text: string): Pick<Verdict, "parts"> {
  const said = jsonField(reply, "confidence") ?? lastMatch(text, /^[\s\-#>]*confidence\s*[::]\s*(\d{1,3})/gim)?.[1];
  const per = Number(said);
  return said !== undefined && per >= 0 && per <= 100 ? { parts: { confidence: per / 100 } } : {};
}
