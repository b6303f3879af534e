/** Chats in Anthropic's Messages format: one request, one whole answer, or an EndpointError. Streamed. No retries, no cache. */
import { Agent } from "undici";
import type { ChatProvider } from "../core/chat.ts";
import { growingMessage, messageOf, messagesBody } from "./anthropic-wire.ts";
import { chatExchange } from "./chat-exchange.ts";
import type { ChatEndpoint } from "./chat-endpoint.ts";

/** The versions of the format that are spoken here: the newer one no longer takes a temperature, topP or top_k. */
const versions = { latest: "2026-10-21", withSampling: "2023-06-01" } as const;
const format = { whole: messageOf, growing: growingMessage };

/** A provider with its own connections; close it when done. */
export function anthropicChat(endpoint: ChatEndpoint): ChatProvider {
  const { baseUrl, apiKey, connections = 64, connectMs = 10_000, stream = true } = endpoint;
  const dispatcher = new Agent({ connections, connect: { timeout: connectMs } });
  const url = `${baseUrl.replace(/\/+$/, "")}/messages`;
  const authorised = apiKey === undefined ? {} : { "x-api-key": apiKey };
  return {
    complete(request, options) {
      const body = messagesBody(request, stream);
      const headers = { ...authorised, "anthropic-version": versionFor(body) };
      return chatExchange(format, { url, headers, body, dispatcher }, options);
    },
    close: () => dispatcher.close(),
  };
}

function versionFor(body: Readonly<Record<string, unknown>>): string {
  const samples = ["temperature", "top_p", "top_k"].some((name) => name in body);
  return samples ? versions.withSampling : versions.latest;
}
