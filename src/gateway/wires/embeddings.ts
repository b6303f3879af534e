/** OpenAI's embeddings: a model that is named is asked for vectors; no router chooses among encoders. */
import { errorInside, malformed } from "../../providers/post-json.ts";
import { fieldsOf, tokensOf, wordOf } from "../../providers/wire-fields.ts";
import { tokensNeeded } from "./message-parts.ts";
import type { Wire } from "./wire.ts";

export const embeddingsWire: Wire = {
  operation: "embeddings",
  format: "openai",
  path: "/embeddings",
  dialogue({ input }) {
    const texts = Array.isArray(input) ? input : [input];
    return texts.map((text: unknown) => ({ role: "user", text: wordOf(text) }));
  },
  needs: (_, dialogue) => ({
    ...tokensNeeded(dialogue, undefined, []),
    tools: false,
    vision: false,
    json: false,
  }),
  whole(label, body) {
    if (body["error"]) throw errorInside(label, body["error"]);
    if (!Array.isArray(body["data"])) throw malformed(label, "the answer has no vectors");
    const inputTokens = tokensOf(fieldsOf(body["usage"])["prompt_tokens"]);
    const none = { cachedInputTokens: NaN, cacheWriteTokens: NaN, outputTokens: 0, reasoningTokens: NaN };
    return {
      text: "",
      finishReason: "",
      servedModel: wordOf(body["model"]),
      usage: Number.isNaN(inputTokens) ? undefined : { inputTokens, ...none },
      reportedCostUsd: NaN,
      requestId: "",
    };
  },
  growing(label) {
    throw malformed(label, "vectors do not come as a stream");
  },
};
