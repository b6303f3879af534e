/**
 * Answers in the makers' wire formats, as their documentation shows them. providers/makers-clients.test.ts holds them
 * against the makers' own clients.
 */
import type { ServerResponse } from "node:http";
import type { Answer } from "./scripted-server.ts";

/** The events as server-sent events, in one piece; the last may be left out, or the line be cut. */
export function sendEvents(
  response: ServerResponse,
  events: readonly { readonly name?: string; readonly data: string }[],
  end: "end" | "cut" | "open" = "end",
): void {
  response.writeHead(200, { "content-type": "text/event-stream; charset=utf-8" });
  const text = events
    .map(({ name, data }) => `${name === undefined ? "" : `event: ${name}\n`}data: ${data}\n\n`)
    .join("");
  response.write(text, () => {
    if (end === "cut") response.destroy();
    if (end === "end") response.end();
  });
}

export const openAiUsage = {
  prompt_tokens: 12,
  completion_tokens: 7,
  total_tokens: 19,
  cost: 0.00042,
  prompt_tokens_details: { cached_tokens: 8, cache_write_tokens: 2 },
  completion_tokens_details: { reasoning_tokens: 4 },
};

const chunkHead = { id: "gen-1", object: "chat.completion.chunk", created: 1_764_000_000, model: "maker/small" };

/** A streamed chat completion: thoughts, two pieces of text, the reason of its end, the usage, [DONE]. */
export function openAiEvents(usage: unknown = openAiUsage): { data: string }[] {
  const chunk = (delta: object, finish: string | null = null): { data: string } => ({
    data: JSON.stringify({ ...chunkHead, choices: [{ index: 0, delta, finish_reason: finish }] }),
  });
  return [
    chunk({ role: "assistant", content: "" }),
    chunk({ reasoning_content: "two and two" }),
    chunk({ content: "The answer" }),
    chunk({ content: " is 4 ✓" }),
    chunk({}, "stop"),
    ...(usage === null ? [] : [{ data: JSON.stringify({ ...chunkHead, choices: [], usage }) }]),
    { data: "[DONE]" },
  ];
}

export const openAiWhole = {
  id: "gen-1",
  object: "chat.completion",
  created: 1_764_000_000,
  model: "maker/small",
  choices: [
    {
      index: 0,
      message: { role: "assistant", content: "The answer is 4 ✓", reasoning_content: "two and two" },
      finish_reason: "stop",
    },
  ],
  usage: openAiUsage,
};

const startUsage = {
  input_tokens: 12,
  cache_creation_input_tokens: 100,
  cache_read_input_tokens: 1000,
  output_tokens: 1,
};

/** A streamed message: a thinking block, a ping, a text block, the reason of its end with the running totals. */
export function anthropicEvents(): { name: string; data: string }[] {
  const message = {
    id: "msg_1",
    type: "message",
    role: "assistant",
    model: "claude-sonnet-4-20250514",
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage: startUsage,
  };
  const events = [
    { type: "message_start", message },
    { type: "content_block_start", index: 0, content_block: { type: "thinking", thinking: "", signature: "" } },
    { type: "ping" },
    { type: "content_block_delta", index: 0, delta: { type: "thinking_delta", thinking: "two and two" } },
    { type: "content_block_delta", index: 0, delta: { type: "signature_delta", signature: "EqQB" } },
    { type: "content_block_stop", index: 0 },
    { type: "content_block_start", index: 1, content_block: { type: "text", text: "" } },
    { type: "content_block_delta", index: 1, delta: { type: "text_delta", text: "The answer" } },
    { type: "content_block_delta", index: 1, delta: { type: "text_delta", text: " is 4 ✓" } },
    { type: "content_block_stop", index: 1 },
    {
      type: "message_delta",
      delta: { stop_reason: "end_turn", stop_sequence: null },
      usage: { output_tokens: 25, output_tokens_details: { thinking_tokens: 15 } },
    },
    { type: "message_stop" },
  ];
  return events.map((event) => ({ name: event.type, data: JSON.stringify(event) }));
}

export const anthropicWhole = {
  id: "msg_1",
  type: "message",
  role: "assistant",
  model: "claude-sonnet-4-20250514",
  content: [
    { type: "thinking", thinking: "two and two", signature: "EqQB" },
    { type: "text", text: "The answer is 4 ✓" },
  ],
  stop_reason: "end_turn",
  stop_sequence: null,
  usage: { ...startUsage, output_tokens: 25, output_tokens_details: { thinking_tokens: 15 } },
};

/** Gemini's streamGenerateContent with alt=sse: thoughts counted beside the candidates. */
export function geminiEvents(): { data: string }[] {
  const head = { modelVersion: "gemini-2.5-flash-002", responseId: "resp-1" };
  const piece = (parts: readonly object[], more: object = {}): { data: string } => ({
    data: JSON.stringify({ candidates: [{ content: { role: "model", parts }, index: 0, ...more }], ...head }),
  });
  const usageMetadata = {
    promptTokenCount: 12,
    cachedContentTokenCount: 8,
    candidatesTokenCount: 7,
    thoughtsTokenCount: 18,
    totalTokenCount: 37,
  };
  const last = JSON.parse(piece([{ text: " is 4 ✓" }], { finishReason: "STOP" }).data) as object;
  return [
    piece([{ text: "two and two", thought: true }]),
    piece([{ text: "The answer" }]),
    { data: JSON.stringify({ ...last, usageMetadata }) },
  ];
}

/** A server that streams these events to every request. */
export function streaming(events: readonly { readonly name?: string; readonly data: string }[]): Answer {
  return (_, response) => sendEvents(response, events);
}
