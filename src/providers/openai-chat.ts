/**
 * Chats in OpenAI's wire format, as OpenRouter, vLLM, Ollama and most others speak it: one request, one whole answer, or an
 * EndpointError. No retries, no cache: those are the caller's.
 */
import { Agent } from "undici";
import type {
  CallOptions,
  ChatCompletion,
  ChatParameters,
  ChatProvider,
  ChatRequest,
  TokenUsage,
} from "../core/chat.ts";
import { EndpointError, isRetriableStatus } from "./endpoint-error.ts";
import { failureOf, malformed, messageIn, parsedJson, postJson, refusal, withoutKey } from "./post-json.ts";

export interface ChatEndpoint {
  /** e.g. "https://openrouter.ai/api/v1"; "/chat/completions" is appended. */
  readonly baseUrl: string;
  readonly apiKey?: string | undefined;
  /** Concurrent connections. @default 64 */
  readonly connections?: number | undefined;
  /** From asking for a connection to having it. @default 10_000 */
  readonly connectMs?: number | undefined;
}

type Fields = Readonly<Record<string, unknown>>;

/** A provider with its own connections; close it when done. */
export function openAiChat(endpoint: ChatEndpoint): ChatProvider {
  const { baseUrl, apiKey, connections = 64, connectMs = 10_000 } = endpoint;
  const dispatcher = new Agent({ connections, connect: { timeout: connectMs } });
  const url = `${baseUrl.replace(/\/+$/, "")}/chat/completions`;
  return {
    async complete(request: ChatRequest, { deadlines, signal, idempotencyKey }: CallOptions): Promise<ChatCompletion> {
      const started = performance.now();
      const post = {
        url,
        apiKey,
        headers: idempotencyKey === undefined ? undefined : { "idempotency-key": idempotencyKey },
        body: bodyOf(request),
        timeoutMs: deadlines.totalMs,
        firstByteMs: deadlines.firstByteMs,
        idleMs: deadlines.idleMs,
        dispatcher,
      };
      const reply = await postJson(post, signal);
      if (reply.status !== 200) throw refusal(url, reply, apiKey);
      return completionOf(url, fieldsOf(parsedJson(url, reply.text)), performance.now() - started, apiKey);
    },
    close: () => dispatcher.close(),
  };
}

/** The request's body; a parameter that is not given is not sent. */
export function bodyOf({ model, messages, parameters }: ChatRequest): Fields {
  return { model, messages, ...sent(parameters), ...parameters.extraBody };
}

function sent({ temperature, topP, maxOutputTokens, seed, reasoningEffort }: ChatParameters): Fields {
  const named = { temperature, top_p: topP, max_tokens: maxOutputTokens, seed, reasoning_effort: reasoningEffort };
  return Object.fromEntries(Object.entries(named).filter(([, value]) => value !== undefined));
}

function completionOf(url: string, body: Fields, latencyMs: number, apiKey: string | undefined): ChatCompletion {
  if (body["error"]) throw errorInside(url, body["error"], apiKey);
  const choices = body["choices"];
  const choice = fieldsOf(Array.isArray(choices) ? choices[0] : undefined);
  if (choice["error"]) throw errorInside(url, choice["error"], apiKey);
  const text = textOf(fieldsOf(choice["message"])["content"]);
  if (text === undefined) throw malformed(url, "the answer has no message");
  return {
    text,
    finishReason: wordOf(choice["finish_reason"]),
    servedModel: wordOf(body["model"]),
    usage: usageOf(body["usage"]),
    reportedCostUsd: costOf(fieldsOf(body["usage"])["cost"]),
    firstTokenMs: NaN,
    latencyMs,
    requestId: wordOf(body["id"]),
  };
}

/** A 200 that holds an error, as gateways send when the model behind them fails. */
function errorInside(url: string, error: unknown, apiKey: string | undefined): EndpointError {
  const code = Number(fieldsOf(error)["code"]);
  const said = withoutKey(messageIn(JSON.stringify({ error })), apiKey).slice(0, 300);
  const isStatus = Number.isInteger(code) && code >= 400 && code < 600;
  return new EndpointError({
    problem: `answered 200 with an error inside${isStatus ? ` (${code})` : ""}: ${said}`,
    where: url,
    status: isStatus ? code : 200,
    failure: isStatus ? failureOf(code) : "malformed",
    retriable: isStatus && isRetriableStatus(code),
  });
}

/** Text, or the texts of its parts; null is an empty answer (a tool call, say). */
function textOf(content: unknown): string | undefined {
  if (typeof content === "string") return content;
  if (content === null) return "";
  if (!Array.isArray(content)) return undefined;
  return content.map((part: unknown) => wordOf(fieldsOf(part)["text"])).join("");
}

/** Undefined unless input and output tokens are counts; a foreign unit or a negative number is not usage. */
export function usageOf(value: unknown): TokenUsage | undefined {
  const usage = fieldsOf(value);
  const inputTokens = tokensOf(usage["prompt_tokens"]);
  const outputTokens = tokensOf(usage["completion_tokens"]);
  if (Number.isNaN(inputTokens) || Number.isNaN(outputTokens)) return undefined;
  const input = fieldsOf(usage["prompt_tokens_details"]);
  const output = fieldsOf(usage["completion_tokens_details"]);
  return {
    inputTokens,
    cachedInputTokens: atMost(tokensOf(input["cached_tokens"]), inputTokens),
    cacheWriteTokens: NaN,
    outputTokens,
    reasoningTokens: atMost(tokensOf(output["reasoning_tokens"]), outputTokens),
  };
}

function tokensOf(value: unknown): number {
  return typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= 1e8 ? value : NaN;
}

/** A part larger than its whole was counted by another rule: then it is not known. */
function atMost(part: number, whole: number): number {
  return part <= whole ? part : NaN;
}

function costOf(value: unknown): number {
  return typeof value === "number" && value >= 0 && value < 1e6 ? value : NaN;
}

function fieldsOf(value: unknown): Fields {
  return Object(value) as Fields;
}

function wordOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
