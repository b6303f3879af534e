/** Chats in Anthropic's Messages format: one request, one whole answer, or an EndpointError. Streamed. No retries, no cache. */
import { Agent } from "undici";
import type { ChatProvider } from "../core/chat.ts";
import { growingMessage, messageOf, messagesBody } from "./anthropic-wire.ts";
import { chatExchange } from "./chat-exchange.ts";
import type { ChatEndpoint } from "./chat-endpoint.ts";

/** The version of the format that is spoken here. */
const anthropicVersion = "2023-06-01";
const format = { whole: messageOf, growing: growingMessage };

/** A provider with its own connections; close it when done. */
export function anthropicChat(endpoint: ChatEndpoint): ChatProvider {
  const { baseUrl, apiKey, connections = 64, connectMs = 10_000, stream = true } = endpoint;
  const dispatcher = new Agent({ connections, connect: { timeout: connectMs } });
  const url = `${baseUrl.replace(/\/+$/, "")}/messages`;
  const headers = { "anthropic-version": anthropicVersion, ...(apiKey !== undefined && { "x-api-key": apiKey }) };
  return {
    complete: (request, options) =>
      chatExchange(format, { url, headers, body: messagesBody(request, stream), dispatcher }, options),
    close: () => dispatcher.close(),
  };
}
