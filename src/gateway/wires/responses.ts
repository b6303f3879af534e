/** OpenAI's responses: https://platform.openai.com/docs/api-reference/responses */
import type { TokenUsage } from "../../core/chat.ts";
import { errorInside, malformed, parsedJson } from "../../providers/post-json.ts";
import { atMost, fieldsOf, tokensOf, wordOf } from "../../providers/wire-fields.ts";
import type { Fields } from "../../providers/wire-fields.ts";
import type { Turn } from "../../serving/decider.ts";
import { contentText, hasPart, offersTools, tokensNeeded, turnsOf } from "./message-parts.ts";
import type { AnswerFacts, Wire } from "./wire.ts";

const pictures: ReadonlySet<string> = new Set(["input_image"]);
/** What is said before anything of the answer is. */
const preludes: ReadonlySet<string> = new Set(["response.created", "response.in_progress", "response.queued"]);
/** Of a response that is being made. */
const unfinished: ReadonlySet<string> = new Set(["queued", "in_progress"]);
const endings: ReadonlySet<string> = new Set(["response.completed", "response.incomplete"]);

export const responsesWire: Wire = {
  operation: "responses",
  format: "openai",
  path: "/responses",
  dialogue({ instructions, input }) {
    const turns: Turn[] | undefined = typeof input === "string" ? [{ role: "user", text: input }] : turnsOf(input);
    const first: Turn[] = typeof instructions === "string" ? [{ role: "system", text: instructions }] : [];
    return turns && [...first, ...turns];
  },
  needs({ tools, input, text, max_output_tokens: most }, dialogue) {
    const type = fieldsOf(fieldsOf(text)["format"])["type"];
    const { promptTokens, contextTokens } = tokensNeeded(dialogue, tools, [most]);
    return {
      promptTokens,
      contextTokens,
      tools: offersTools(tools),
      vision: hasPart(input, pictures),
      json: type === "json_object" || type === "json_schema",
    };
  },
  // One that is made in the background is made to its end, whether anybody waits for it or not.
  goesOn: ({ background }, { finishReason } = { finishReason: "" }) =>
    unfinished.has(finishReason) || (background === true && finishReason === ""),
  whole: responseOf,
  growing(label) {
    let [hasBegun, texts, response]: [boolean, string[], Fields] = [false, [], {}];
    let calledCharacters = 0;
    return {
      take({ name, data }) {
        const event = fieldsOf(parsedJson(label, data));
        const type = wordOf(event["type"]) || name;
        if (type === "error") throw errorInside(label, event["error"] ?? event);
        if (type === "response.failed") throw errorInside(label, fieldsOf(event["response"])["error"]);
        hasBegun ||= !preludes.has(type);
        if (type === "response.output_text.delta") texts.push(wordOf(event["delta"]));
        else if (isBilledText(type)) calledCharacters += wordOf(event["delta"]).length;
        if (endings.has(type)) response = fieldsOf(event["response"]);
        return endings.has(type);
      },
      hasBegun: () => hasBegun,
      mayEnd: () => false,
      finish: () => ({ ...factsOf(response), text: texts.join(""), calledCharacters }),
    };
  },
};

/** Thoughts, refusals, arguments, what is said aloud: all that comes in pieces of text but the answer itself, and sound. */
function isBilledText(type: string): boolean {
  return type.endsWith(".delta") && !type.startsWith("response.audio.");
}

function responseOf(label: string, body: Fields): AnswerFacts {
  if (body["error"]) throw errorInside(label, body["error"]);
  const { output } = body;
  if (!Array.isArray(output)) throw malformed(label, "the answer has no output");
  return { ...factsOf(body), text: contentText(output) };
}

function factsOf(response: Fields): Omit<AnswerFacts, "text"> {
  const status = wordOf(response["status"]);
  return {
    finishReason: status,
    servedModel: wordOf(response["model"]),
    // What was used so far is not what is billed.
    usage: unfinished.has(status) ? undefined : usageOf(fieldsOf(response["usage"])),
    reportedCostUsd: NaN,
    requestId: wordOf(response["id"]),
  };
}

function usageOf(usage: Fields): TokenUsage | undefined {
  const inputTokens = tokensOf(usage["input_tokens"]);
  const outputTokens = tokensOf(usage["output_tokens"]);
  if (Number.isNaN(inputTokens) || Number.isNaN(outputTokens)) return undefined;
  return {
    inputTokens,
    cachedInputTokens: atMost(tokensOf(fieldsOf(usage["input_tokens_details"])["cached_tokens"]), inputTokens),
    cacheWriteTokens: NaN,
    outputTokens,
    reasoningTokens: atMost(tokensOf(fieldsOf(usage["output_tokens_details"])["reasoning_tokens"]), outputTokens),
  };
}
