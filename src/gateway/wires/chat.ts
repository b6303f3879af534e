/** OpenAI's chat completions. */
import { answerOf, growingAnswer } from "../../providers/openai-wire.ts";
import { fieldsOf } from "../../providers/wire-fields.ts";
import { hasPart, offersTools, tokensNeeded, turnsOf } from "./message-parts.ts";
import type { Wire } from "./wire.ts";

const pictures: ReadonlySet<string> = new Set(["image_url", "input_image"]);

export const chatWire: Wire = {
  operation: "chat",
  format: "openai",
  path: "/chat/completions",
  dialogue: ({ messages }) => turnsOf(messages),
  needs(fields, dialogue) {
    const { tools, functions, messages, response_format: format, max_completion_tokens: most } = fields;
    const type = fieldsOf(format)["type"];
    const { promptTokens, contextTokens } = tokensNeeded(dialogue, tools ?? functions, [most, fields["max_tokens"]]);
    return {
      promptTokens,
      contextTokens,
      tools: offersTools(tools) || offersTools(functions),
      vision: hasPart(messages, pictures),
      json: type === "json_object" || type === "json_schema",
    };
  },
  whole: answerOf,
  growing: (label, { n }) => growingAnswer(label, typeof n === "number" ? n : 1),
};
