/**
 * Chats through a provider package of the AI SDK: Gemini, Mistral, Bedrock and whatever else has one. The SDK translates to and
 * from the maker's format; deadlines, redirects and the body's cap are ours, and so are the retries (the SDK's are off).
 */
import { Agent } from "undici";
import type { CallOptions, ChatCompletion, ChatProvider, ChatRequest, TokenUsage } from "../core/chat.ts";
import { aiSdkError } from "./ai-sdk-error.ts";
import { boundedFetch } from "./ai-sdk-fetch.ts";
import type { ChatEndpoint } from "./chat-endpoint.ts";
import { EndpointError } from "./endpoint-error.ts";
import { loadAiSdk } from "./load-ai-sdk.ts";
import type { AiSdk, PackageLoader } from "./load-ai-sdk.ts";
import { spokenParts } from "./spoken-parts.ts";
import { atMost, fieldsOf, tokensOf, wordOf } from "./wire-fields.ts";
import type { Fields } from "./wire-fields.ts";

export interface AiSdkEndpoint extends Omit<ChatEndpoint, "baseUrl"> {
  /** e.g. "@ai-sdk/google" */
  readonly package: string;
  /** left out: the maker's own address */
  readonly baseUrl?: string | undefined;
  readonly load?: PackageLoader | undefined;
}

/** A provider with its own connections; close it when done. @throws as loadAiSdk */
export async function aiSdkChat(endpoint: AiSdkEndpoint): Promise<ChatProvider> {
  const { package: name, baseUrl, apiKey, connections = 64, connectMs = 10_000, load } = endpoint;
  const sdk = await loadAiSdk(name, load);
  // Its warnings would go to stdout, among results.
  (globalThis as { AI_SDK_LOG_WARNINGS?: boolean }).AI_SDK_LOG_WARNINGS ??= false;
  const agent = new Agent({ connections, connect: { timeout: connectMs } });
  const settings = { apiKey, ...(baseUrl !== undefined && { baseURL: baseUrl }) };
  return {
    complete: (request, options) => ask(sdk, agent, settings, baseUrl ?? name, request, options),
    close: () => agent.close(),
  };
}

async function ask(
  sdk: AiSdk,
  agent: Agent,
  settings: Fields,
  where: string,
  request: ChatRequest,
  { deadlines, signal }: CallOptions,
): Promise<ChatCompletion> {
  signal?.throwIfAborted();
  let [isLate, answered] = [false, false];
  const stop = new AbortController();
  const abort = (): void => stop.abort(signal?.reason);
  signal?.addEventListener("abort", abort, { once: true });
  const timer = setTimeout(() => {
    isLate = true;
    stop.abort();
  }, deadlines.totalMs);
  const fetch = boundedFetch(agent, deadlines, () => (answered = true));
  const started = performance.now();
  try {
    const model = sdk.model({ ...settings, fetch }, request.model);
    const { fullStream } = sdk.streamText({ ...callOf(request), model, abortSignal: stop.signal });
    return await readParts(where, fullStream, started);
  } catch (error) {
    signal?.throwIfAborted();
    throw aiSdkError(error, { where, deadlines, isLate, answered });
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", abort);
  }
}

/** What `streamText` is asked; what the maker alone knows goes as its provider options. */
function callOf({ messages, parameters }: ChatRequest): Fields {
  const { temperature, topP, maxOutputTokens, seed, extraBody } = parameters;
  const system = messages.filter(({ role }) => role === "system").map(({ content }) => content);
  const given = {
    system: system.length > 0 ? system.join("\n\n") : undefined,
    messages: messages.filter(({ role }) => role !== "system"),
    temperature,
    topP,
    maxOutputTokens,
    seed,
    providerOptions: extraBody,
  };
  const named = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  // Its own handler writes every error to the console; we read them from the stream.
  return { ...named, maxRetries: 0, includeRawChunks: true, onError: () => undefined };
}

/** Reads the SDK's parts. What the maker says of model and end counts, not what the SDK fills in for it. */
async function readParts(where: string, stream: AsyncIterable<unknown>, started: number): Promise<ChatCompletion> {
  const parts = spokenParts();
  let [firstTokenMs, servedModel] = [NaN, ""];
  let end: Fields = {};
  for await (const value of stream) {
    const part = fieldsOf(value);
    const type = wordOf(part["type"]);
    if (type === "error") throw part["error"];
    if (type === "abort") throw new Error("aborted");
    if (type === "raw") servedModel ||= modelIn(fieldsOf(part["rawValue"]));
    if (type === "finish-step") end = part;
    if (!type.endsWith("-delta")) continue;
    if (Number.isNaN(firstTokenMs)) firstTokenMs = performance.now() - started;
    const text = wordOf(part["text"]);
    parts.add(type === "text-delta" ? text : "", type === "reasoning-delta" ? text : "");
  }
  return {
    ...parts.spoken(),
    finishReason: finishReasonOf(where, end),
    servedModel,
    usage: usageOf(fieldsOf(end["usage"])),
    reportedCostUsd: NaN,
    firstTokenMs,
    latencyMs: performance.now() - started,
    requestId: wordOf(fieldsOf(end["response"])["id"]),
  };
}

/** The maker's word. @throws EndpointError "cut" when the stream ended without one, which the SDK calls "other" */
function finishReasonOf(where: string, end: Fields): string {
  const [raw, unified] = [wordOf(end["rawFinishReason"]), wordOf(end["finishReason"])];
  if (raw !== "" || !["other", "unknown", "error", ""].includes(unified)) return raw || unified;
  const problem = "broke off its answer (the stream ended early)";
  throw new EndpointError({ problem, where, failure: "cut", retriable: true });
}

/** Gemini says modelVersion; most others say model. */
function modelIn(raw: Fields): string {
  return wordOf(raw["modelVersion"]) || wordOf(raw["model"]);
}

/** The SDK fills in zeros where the maker said nothing: then there is no raw usage. */
function usageOf(usage: Fields): TokenUsage | undefined {
  if (usage["raw"] === undefined || usage["raw"] === null) return undefined;
  const inputTokens = tokensOf(usage["inputTokens"]);
  const outputTokens = tokensOf(usage["outputTokens"]);
  if (Number.isNaN(inputTokens) || Number.isNaN(outputTokens)) return undefined;
  const input = fieldsOf(usage["inputTokenDetails"]);
  const cachedInputTokens = atMost(tokensOf(input["cacheReadTokens"]), inputTokens);
  const uncached = inputTokens - (Number.isNaN(cachedInputTokens) ? 0 : cachedInputTokens);
  const output = fieldsOf(usage["outputTokenDetails"]);
  return {
    inputTokens,
    cachedInputTokens,
    cacheWriteTokens: atMost(tokensOf(input["cacheWriteTokens"]), uncached),
    outputTokens,
    reasoningTokens: atMost(tokensOf(output["reasoningTokens"]), outputTokens),
  };
}
