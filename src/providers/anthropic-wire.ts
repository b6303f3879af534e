/**
 * Anthropic's Messages format: requests, whole answers, streamed answers, usage.
 * https://docs.anthropic.com/en/api/messages and .../en/docs/build-with-claude/streaming
 */
import type { ChatCompletion, ChatRequest, TokenUsage } from "../core/chat.ts";
import { errorInside, malformed, parsedJson } from "./post-json.ts";
import type { GrowingAnswer } from "./read-stream.ts";
import { RepeatedText } from "./repeated-text.ts";
import type { ServerEvent } from "./server-events.ts";
import { spokenParts } from "./spoken-parts.ts";
import { atMost, fieldsOf, tokensOf, wordOf } from "./wire-fields.ts";
import type { Fields } from "./wire-fields.ts";

/** Sent where no limit is given, since the format wants one: what the smallest model of the maker takes, and the plan reserves. */
export const defaultMaxTokens = 4096;

/**
 * The request's body. The system message stands beside the others; a seed is not known to the format and not sent. With a
 * thinking budget in the extra body the default limit is that much higher, since thoughts count against it.
 */
export function messagesBody({ model, messages, parameters }: ChatRequest, stream: boolean): Fields {
  const { temperature, topP, maxOutputTokens, reasoningEffort, extraBody } = parameters;
  const system = messages.filter(({ role }) => role === "system").map(({ content }) => content);
  const thinking = tokensOf(fieldsOf(extraBody?.["thinking"])["budget_tokens"]);
  const named = {
    model,
    max_tokens: maxOutputTokens ?? defaultMaxTokens + (Number.isNaN(thinking) ? 0 : thinking),
    system: system.length > 0 ? system.join("\n\n") : undefined,
    messages: messages.filter(({ role }) => role !== "system"),
    temperature,
    top_p: topP,
    output_config: reasoningEffort === undefined ? undefined : { effort: reasoningEffort },
    stream: stream || undefined,
  };
  const given = Object.fromEntries(Object.entries(named).filter(([, value]) => value !== undefined));
  return { ...given, ...extraBody };
}

/** A whole answer, without its times. @throws EndpointError for an error inside, or no content */
export function messageOf(url: string, body: Fields): Omit<ChatCompletion, "firstTokenMs" | "latencyMs"> {
  if (body["type"] === "error") throw errorInside(url, body["error"]);
  const { content } = body;
  if (!Array.isArray(content)) throw malformed(url, "the answer has no content");
  const blocks = content.map(fieldsOf);
  const joined = (type: string): string => blocks.map((block) => wordOf(block[type])).join("");
  return {
    text: joined("text"),
    reasoning: joined("thinking") || undefined,
    ...outcomeOf(body, fieldsOf(body["usage"])),
  };
}

function outcomeOf(
  message: Fields,
  usage: Fields,
): Pick<ChatCompletion, "finishReason" | "servedModel" | "usage" | "reportedCostUsd" | "requestId"> {
  return {
    finishReason: wordOf(message["stop_reason"]),
    servedModel: wordOf(message["model"]),
    usage: messageUsage(usage),
    reportedCostUsd: NaN,
    requestId: wordOf(message["id"]),
  };
}

/**
 * A streamed answer: message_start (model, input tokens), blocks of text and thinking in deltas, message_delta (why it ended,
 * output tokens so far), message_stop. Pings and events we do not know are passed over, as the documentation asks for.
 */
export function growingMessage(url: string): GrowingAnswer {
  const parts = spokenParts();
  const repeated = new RepeatedText("text", textAlone);
  let message: Fields = {};
  let usage: Fields = {};
  let [hasOther, isCounted, calledCharacters] = [false, false, 0];
  const takeBlock = (block: Fields): void => {
    parts.add(wordOf(block["text"]), wordOf(block["thinking"]));
    hasOther ||= block["type"] === "redacted_thinking" || "partial_json" in block;
    calledCharacters += wordOf(block["partial_json"]).length;
  };
  const handlers: Readonly<Record<string, (event: Fields) => void>> = {
    message_start(event) {
      message = fieldsOf(event["message"]);
      usage = fieldsOf(message["usage"]);
    },
    content_block_start: (event) => takeBlock(fieldsOf(event["content_block"])),
    content_block_delta: (event) => takeBlock(fieldsOf(event["delta"])),
    message_delta(event) {
      message = { ...message, ...known(fieldsOf(event["delta"])) };
      // Running totals: what this event leaves out stands as message_start had it.
      usage = { ...usage, ...known(fieldsOf(event["usage"])) };
      isCounted = true;
    },
    error(event) {
      throw errorInside(url, event["error"]);
    },
  };
  return {
    take({ name, data }: ServerEvent) {
      const text = repeated.read(data);
      if (text !== undefined) {
        parts.add(text, "");
        return false;
      }
      const event = fieldsOf(parsedJson(url, data));
      const type = wordOf(event["type"]) || name;
      handlers[type]?.(event);
      repeated.learn(data);
      return type === "message_stop";
    },
    hasBegun: () => parts.hasBegun() || hasOther,
    mayEnd: () => false,
    // Before its end a message has counted its first token alone, whatever it has said or thought by then.
    finish: () => ({
      ...parts.spoken(),
      ...(calledCharacters > 0 && { calledCharacters }),
      ...outcomeOf(message, isCounted ? usage : {}),
    }),
  };
}

/** The text of an event that adds it to the answer and does nothing else. */
function textAlone(data: string): string | undefined {
  const event = fieldsOf(JSON.parse(data));
  const { type, text, thinking, partial_json: json } = fieldsOf(event["delta"]);
  const isDelta = event["type"] === "content_block_delta" && type === "text_delta";
  return isDelta && thinking === undefined && json === undefined ? wordOf(text) : undefined;
}

/** The fields that hold something. */
function known(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null && value !== undefined));
}

/**
 * Anthropic counts tokens read from its cache and written to it beside the input; here they are part of it. Undefined unless
 * input and output are counts.
 */
export function messageUsage(usage: Fields): TokenUsage | undefined {
  const fresh = tokensOf(usage["input_tokens"]);
  const outputTokens = tokensOf(usage["output_tokens"]);
  const cachedInputTokens = tokensOf(usage["cache_read_input_tokens"]);
  const cacheWriteTokens = tokensOf(usage["cache_creation_input_tokens"]);
  const inputTokens = tokensOf(fresh + orNone(cachedInputTokens) + orNone(cacheWriteTokens));
  if (Number.isNaN(inputTokens) || Number.isNaN(outputTokens)) return undefined;
  const thinking = tokensOf(fieldsOf(usage["output_tokens_details"])["thinking_tokens"]);
  return {
    inputTokens,
    cachedInputTokens,
    cacheWriteTokens,
    outputTokens,
    reasoningTokens: atMost(thinking, outputTokens),
  };
}

function orNone(tokens: number): number {
  return Number.isNaN(tokens) ? 0 : tokens;
}
