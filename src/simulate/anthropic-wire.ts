/** Anthropic's messages. Its usage holds no cost, and a stream always ends with its usage. */
import { lastPrompt, lowestLimit, pieces } from "./wire-format.ts";
import type { SimulatedUsage, WireFormat } from "./wire-format.ts";

export const anthropicWire: WireFormat = {
  path: "/v1/messages",

  asked(body) {
    const { model, messages, stream, max_tokens: limit } = Object(body) as Record<string, unknown>;
    const prompt = lastPrompt(messages);
    // Unlike OpenAI's, this format does not do without a limit.
    const mostTokens = typeof limit === "number" ? lowestLimit(limit) : undefined;
    if (typeof model !== "string" || prompt === undefined || mostTokens === undefined) return undefined;
    return { model, prompt, stream: stream === true, includeUsage: true, mostTokens };
  },

  whole({ id, model, text, usage, isCut }) {
    const content = [{ type: "text", text }];
    return JSON.stringify({ ...head(id, model), content, stop_reason: reasonOf(isCut), usage: told(usage) });
  },

  events({ id, model, text, usage, isCut }) {
    const started = usage && { input_tokens: usage.promptTokens, output_tokens: 1 };
    const message = { ...head(id, model), content: [], stop_reason: null, usage: started };
    return [
      event({ type: "message_start", message }),
      event({ type: "content_block_start", index: 0, content_block: { type: "text", text: "" } }),
      ...pieces(text).map((piece) =>
        event({ type: "content_block_delta", index: 0, delta: { type: "text_delta", text: piece } }),
      ),
      event({ type: "content_block_stop", index: 0 }),
      event({
        type: "message_delta",
        delta: { stop_reason: reasonOf(isCut), stop_sequence: null },
        usage: usage && { output_tokens: usage.completionTokens },
      }),
      event({ type: "message_stop" }),
    ];
  },

  error: (status, message) => JSON.stringify(errorBody(status, message)),

  errorEvent: (status, message) => event(errorBody(status, message)),
};

function head(id: string, model: string): object {
  return { id, type: "message", role: "assistant", model, stop_sequence: null };
}

function reasonOf(isCut: boolean): string {
  return isCut ? "max_tokens" : "end_turn";
}

function told(usage: SimulatedUsage | undefined): object | undefined {
  return usage && { input_tokens: usage.promptTokens, output_tokens: usage.completionTokens };
}

/** Anthropic's words for a status. */
const kinds: Readonly<Record<number, string>> = {
  400: "invalid_request_error",
  401: "authentication_error",
  403: "permission_error",
  404: "not_found_error",
  429: "rate_limit_error",
  529: "overloaded_error",
};

function errorBody(status: number, message: string): { readonly type: string; readonly error: object } {
  return { type: "error", error: { type: kinds[status] ?? "api_error", message } };
}

function event(body: { readonly type: string; readonly [field: string]: unknown }): string {
  return `event: ${body.type}\ndata: ${JSON.stringify(body)}\n\n`;
}
