/**
 * Chats in OpenAI's wire format, as OpenRouter, vLLM, Ollama and most others speak it: one request, one whole answer, or an
 * EndpointError. Streamed, so that the time of the first token is known. No retries, no cache: those are the caller's.
 */
import { Agent } from "undici";
import type { CallOptions, ChatCompletion, ChatProvider, ChatRequest } from "../core/chat.ts";
import { chatExchange } from "./chat-exchange.ts";
import type { ChatEndpoint } from "./chat-endpoint.ts";
import { EndpointError } from "./endpoint-error.ts";
import { answerOf, bodyOf, growingAnswer } from "./openai-wire.ts";
import type { Dialect } from "./openai-wire.ts";

const format = { whole: answerOf, growing: growingAnswer };

/** A provider with its own connections; close it when done. */
export function openAiChat(endpoint: ChatEndpoint): ChatProvider {
  const { baseUrl, apiKey, connections = 64, connectMs = 10_000, stream = true } = endpoint;
  const dispatcher = new Agent({ connections, connect: { timeout: connectMs } });
  const url = `${baseUrl.replace(/\/+$/, "")}/chat/completions`;
  const authorised = apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` };
  let dialect: Dialect = { stream, streamOptions: true, limitName: "max_tokens" };
  const ask = (request: ChatRequest, options: CallOptions, spoken: Dialect): Promise<ChatCompletion> => {
    const { idempotencyKey: once } = options;
    const headers = { ...authorised, ...(once !== undefined && { "idempotency-key": once }) };
    return chatExchange(format, { url, headers, body: bodyOf(request, spoken), dispatcher }, options);
  };
  return {
    async complete(request, options) {
      for (let spoken = dialect; ; spoken = dialect) {
        try {
          // oxlint-disable-next-line no-await-in-loop -- the next attempt is made of what this one learns
          return await ask(request, options, spoken);
        } catch (error) {
          const learnt = whatToChange(error, spoken);
          if (learnt === undefined) throw error;
          dialect = { ...dialect, ...learnt };
        }
      }
    },
    close: () => dispatcher.close(),
  };
}

/** How to put it better, when the endpoint refused a word it does not know; undefined when that was not it. */
function whatToChange(error: unknown, spoken: Dialect): Partial<Dialect> | undefined {
  if (!(error instanceof EndpointError) || (error.status !== 400 && error.status !== 422)) return undefined;
  if (spoken.streamOptions && spoken.stream && /stream_options|include_usage/.test(error.problem))
    return { streamOptions: false };
  const isOfLimit = spoken.limitName === "max_tokens" && error.problem.includes("max_completion_tokens");
  return isOfLimit ? { limitName: "max_completion_tokens" } : undefined;
}
