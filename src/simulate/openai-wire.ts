/** OpenAI's chat completions, as most endpoints speak them. */
import { lastPrompt, lowestLimit, pieces } from "./wire-format.ts";
import type { Served, SimulatedUsage, WireFormat } from "./wire-format.ts";

export const openAiWire: WireFormat = {
  path: "/v1/chat/completions",

  asked(body) {
    const fields = Object(body) as Record<string, unknown>;
    const { model, messages, stream, stream_options: options } = fields;
    const prompt = lastPrompt(messages);
    // The old name, the new one, and that of the responses format, which some endpoints take here, too.
    const { max_tokens: old, max_completion_tokens: current, max_output_tokens: ofResponses } = fields;
    const mostTokens = lowestLimit(old, current, ofResponses);
    if (typeof model !== "string" || prompt === undefined || mostTokens === undefined) return undefined;
    const { include_usage: includeUsage } = Object(options) as { include_usage?: unknown };
    return { model, prompt, stream: stream === true, includeUsage: includeUsage === true, mostTokens };
  },

  whole({ id, model, text, usage, isCut }) {
    const choice = { index: 0, message: { role: "assistant", content: text }, finish_reason: reasonOf(isCut) };
    return JSON.stringify({ id, object: "chat.completion", created, model, choices: [choice], usage: told(usage) });
  },

  events({ id, model, text, usage, isCut }: Served, includeUsage) {
    const chunk = (choices: readonly unknown[], more: object = {}): string =>
      event({ id, object: "chat.completion.chunk", created, model, choices, ...more });
    const delta = (content: object, reason: string | null = null): string =>
      chunk([{ index: 0, delta: content, finish_reason: reason }]);
    return [
      delta({ role: "assistant", content: "" }),
      ...pieces(text).map((content) => delta({ content })),
      delta({}, reasonOf(isCut)),
      ...(includeUsage && usage ? [chunk([], { usage: told(usage) })] : []),
      "data: [DONE]\n\n",
    ];
  },

  error: (status, message) => JSON.stringify({ error: { message, type: "simulated", code: status } }),

  errorEvent: (status, message) => `${event({ error: { message, code: status } })}data: [DONE]\n\n`,
};

/** Clients want a time; the same answer is to be the same text. */
const created = 1_767_225_600;

function reasonOf(isCut: boolean): string {
  return isCut ? "length" : "stop";
}

function told(usage: SimulatedUsage | undefined): object | undefined {
  if (usage === undefined) return undefined;
  const { promptTokens, completionTokens, costUsd } = usage;
  return {
    prompt_tokens: promptTokens,
    completion_tokens: completionTokens,
    total_tokens: promptTokens + completionTokens,
    cost: costUsd,
  };
}

function event(body: unknown): string {
  return `data: ${JSON.stringify(body)}\n\n`;
}
