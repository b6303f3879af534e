/** OpenAI's chat format: requests, whole answers, streamed answers, usage. https://platform.openai.com/docs/api-reference/chat */
import type { ChatCompletion, ChatParameters, ChatRequest, TokenUsage } from "../core/chat.ts";
import { errorInside, malformed, parsedJson } from "./post-json.ts";
import type { GrowingAnswer } from "./read-stream.ts";
import { spokenParts } from "./spoken-parts.ts";
import { atMost, dollarsOf, fieldsOf, tokensOf, wordOf } from "./wire-fields.ts";
import type { Fields } from "./wire-fields.ts";

/** What endpoints differ in; the client learns it from their refusals. */
export interface Dialect {
  readonly stream: boolean;
  /** whether a streamed answer is asked to end with its usage */
  readonly streamOptions: boolean;
  /** OpenAI's reasoning models know only the second name */
  readonly limitName: "max_tokens" | "max_completion_tokens";
}

/** The request's body; a parameter that is not given is not sent. */
export function bodyOf({ model, messages, parameters }: ChatRequest, dialect: Dialect): Fields {
  const { stream, streamOptions } = dialect;
  return {
    model,
    messages,
    ...sent(parameters, dialect),
    ...(stream && { stream: true, ...(streamOptions && { stream_options: { include_usage: true } }) }),
    ...parameters.extraBody,
  };
}

/** What is undefined does not stand in JSON. */
function sent(
  { temperature, topP, maxOutputTokens, seed, reasoningEffort }: ChatParameters,
  { limitName }: Dialect,
): Fields {
  return { temperature, top_p: topP, [limitName]: maxOutputTokens, seed, reasoning_effort: reasoningEffort };
}

/** A whole answer, without its times. @throws EndpointError for an error inside, or no message */
export function answerOf(url: string, body: Fields): Omit<ChatCompletion, "firstTokenMs" | "latencyMs"> {
  if (body["error"]) throw errorInside(url, body["error"]);
  const choice = firstChoice(body);
  if (choice["error"]) throw errorInside(url, choice["error"]);
  const message = fieldsOf(choice["message"]);
  // Some leave the content of a message that calls tools out, where OpenAI says null.
  const text = textOf(message["content"]) ?? ("tool_calls" in message ? "" : undefined);
  if (text === undefined) throw malformed(url, "the answer has no message");
  return {
    text,
    reasoning: reasoningIn(message) || undefined,
    finishReason: wordOf(choice["finish_reason"]),
    servedModel: wordOf(body["model"]),
    usage: usageOf(body["usage"]),
    reportedCostUsd: dollarsOf(fieldsOf(body["usage"])["cost"]),
    requestId: wordOf(body["id"]),
  };
}

/** A streamed answer: deltas of one choice, then a chunk without choices that holds the usage, then `[DONE]`. */
export function growingAnswer(url: string): GrowingAnswer {
  const parts = spokenParts();
  let [finishReason, servedModel, requestId, hasMessage, callsTool] = ["", "", "", false, false];
  let calledCharacters = 0;
  let usage: unknown;
  const takeChunk = (chunk: Fields): void => {
    if (chunk["error"]) throw errorInside(url, chunk["error"]);
    servedModel ||= wordOf(chunk["model"]);
    requestId ||= wordOf(chunk["id"]);
    // Some send running totals with every chunk: the last ones count.
    usage = chunk["usage"] ?? usage;
    takeChoice(firstChoice(chunk));
  };
  const takeChoice = (choice: Fields): void => {
    if (choice["error"]) throw errorInside(url, choice["error"]);
    const delta = fieldsOf(choice["delta"] ?? choice["message"]);
    hasMessage ||= "delta" in choice || "message" in choice;
    finishReason = wordOf(choice["finish_reason"]) || finishReason;
    parts.add(textOf(delta["content"]) ?? "", reasoningIn(delta));
    callsTool ||= delta["tool_calls"] !== undefined;
    if (callsTool) calledCharacters += charactersCalled(delta["tool_calls"]);
  };
  return {
    take({ data }) {
      if (data.trim() === "[DONE]") return true;
      takeChunk(fieldsOf(parsedJson(url, data)));
      return false;
    },
    hasBegun: () => parts.hasBegun() || callsTool,
    mayEnd: () => finishReason !== "",
    finish() {
      if (!hasMessage) throw malformed(url, "the streamed answer has no message");
      return {
        finishReason,
        servedModel,
        usage: usageOf(usage),
        reportedCostUsd: dollarsOf(fieldsOf(usage)["cost"]),
        requestId,
        ...parts.spoken(),
        ...(calledCharacters > 0 && { calledCharacters }),
      };
    },
  };
}

/** Names and arguments: without usage, of which a stream holds none unless it was asked for, they are all there is to bill by. */
function charactersCalled(calls: unknown): number {
  if (!Array.isArray(calls)) return 0;
  return calls.reduce<number>((sum, call) => {
    const called = fieldsOf(fieldsOf(call)["function"]);
    return sum + wordOf(called["name"]).length + wordOf(called["arguments"]).length;
  }, 0);
}

function firstChoice(body: Fields): Fields {
  const choices = body["choices"];
  return fieldsOf(Array.isArray(choices) ? choices[0] : undefined);
}

/** Text, or the texts of its parts; null is an empty answer (a tool call, say). */
function textOf(content: unknown): string | undefined {
  if (typeof content === "string") return content;
  if (content === null) return "";
  if (!Array.isArray(content)) return undefined;
  return content.map((part: unknown) => wordOf(fieldsOf(part)["text"])).join("");
}

/** DeepSeek, vLLM and others say `reasoning_content`, OpenRouter and newer vLLM `reasoning`. */
function reasoningIn(message: Fields): string {
  return wordOf(message["reasoning_content"]) || wordOf(message["reasoning"]);
}

/**
 * Undefined unless input and output tokens are counts; a foreign unit or a negative number is not usage.
 * Billed is the reported total: where it exceeds input and output, the rest is reasoning that was not counted as output (as
 * xAI and Gemini's OpenAI-compatible endpoint report it).
 */
export function usageOf(value: unknown): TokenUsage | undefined {
  const usage = fieldsOf(value);
  const inputTokens = tokensOf(usage["prompt_tokens"]);
  const answerTokens = tokensOf(usage["completion_tokens"]);
  if (Number.isNaN(inputTokens) || Number.isNaN(answerTokens)) return undefined;
  const input = fieldsOf(usage["prompt_tokens_details"]);
  const output = fieldsOf(usage["completion_tokens_details"]);
  const total = tokensOf(usage["total_tokens"]);
  const uncounted = total > inputTokens + answerTokens ? total - inputTokens - answerTokens : 0;
  const outputTokens = answerTokens + uncounted;
  const reasoning = tokensOf(output["reasoning_tokens"]);
  const cached = tokensOf(input["cached_tokens"] ?? usage["prompt_cache_hit_tokens"]);
  const written = tokensOf(input["cache_write_tokens"]);
  return {
    inputTokens,
    cachedInputTokens: atMost(cached, inputTokens),
    cacheWriteTokens: atMost(written, inputTokens - (Number.isNaN(cached) ? 0 : cached)),
    outputTokens,
    reasoningTokens: Number.isNaN(reasoning) && uncounted > 0 ? uncounted : atMost(reasoning, outputTokens),
  };
}
