/** OpenAI's chat format: requests, whole answers, streamed answers, usage. https://platform.openai.com/docs/api-reference/chat */
import type { ChatCompletion, ChatParameters, ChatRequest, TokenUsage } from "../core/chat.ts";
import { errorInside, malformed, parsedJson } from "./post-json.ts";
import type { GrowingAnswer } from "./read-stream.ts";
import { RepeatedText } from "./repeated-text.ts";
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
  const text = textOf(message["content"]) ?? ("tool_calls" in message || holdsOther(message) ? "" : undefined);
  if (text === undefined) throw malformed(url, "the answer has no message");
  const calledCharacters = otherCharacters(message);
  return {
    text,
    reasoning: reasoningIn(message) || undefined,
    finishReason: wordOf(choice["finish_reason"]),
    servedModel: wordOf(body["model"]),
    usage: usageOf(body["usage"]),
    reportedCostUsd: dollarsOf(fieldsOf(body["usage"])["cost"]),
    requestId: wordOf(body["id"]),
    ...(calledCharacters > 0 && { calledCharacters }),
  };
}

/**
 * A streamed answer: deltas of its choices, then a chunk without choices that holds the usage, then `[DONE]`. The first choice that
 * speaks is the answer; what others say is counted.
 * @param choicesAsked `n` of the request: it may not end before so many have finished
 */
export function growingAnswer(url: string, choicesAsked = 1): GrowingAnswer {
  const parts = spokenParts();
  const spokenChoices = choicesOf(choicesAsked);
  const repeated = new RepeatedText("content", (data) => textAlone(data, spokenChoices));
  const told = toldOnce();
  let [hasMessage, hasOther, calledCharacters] = [false, false, 0];
  const takeChunk = (chunk: Fields): void => {
    if (chunk["error"]) throw errorInside(url, chunk["error"]);
    told.take(chunk);
    const choices = chunk["choices"];
    if (Array.isArray(choices)) for (const choice of choices) takeChoice(fieldsOf(choice));
  };
  const takeChoice = (choice: Fields): void => {
    if (choice["error"]) throw errorInside(url, choice["error"]);
    const message = choice["delta"] ?? choice["message"];
    const delta = fieldsOf(message);
    hasMessage ||= message !== undefined && message !== null;
    hasOther ||= holdsOther(delta);
    if (hasOther) calledCharacters += otherCharacters(delta);
    const text = textOf(delta["content"]) ?? "";
    const thought = reasoningIn(delta);
    if (spokenChoices.take(choice)) return parts.add(text, thought);
    hasOther ||= text !== "" || thought !== "";
    calledCharacters += text.length + thought.length;
  };
  return {
    take({ data }) {
      const text = repeated.read(data);
      if (text !== undefined) parts.add(text, "");
      else if (isDone(url, data, hasMessage)) return true;
      else {
        takeChunk(fieldsOf(parsedJson(url, data)));
        repeated.learn(data);
      }
      return false;
    },
    hasBegun: () => parts.hasBegun() || hasOther,
    mayEnd: () => hasMessage && spokenChoices.haveFinished(),
    finish: () => ({
      finishReason: spokenChoices.finishReason(),
      ...told.facts(),
      ...parts.spoken(),
      ...(calledCharacters > 0 && { calledCharacters }),
    }),
  };
}

/** What is said of the answer as a whole. */
function toldOnce() {
  let [servedModel, requestId] = ["", ""];
  let usage: unknown;
  return {
    take(chunk: Fields): void {
      servedModel ||= wordOf(chunk["model"]);
      requestId ||= wordOf(chunk["id"]);
      // Some send running totals with every chunk: the last ones count.
      usage = chunk["usage"] ?? usage;
    },
    facts: () => ({
      servedModel,
      requestId,
      usage: usageOf(usage),
      reportedCostUsd: dollarsOf(fieldsOf(usage)["cost"]),
    }),
  };
}

function isDone(url: string, data: string, hasMessage: boolean): boolean {
  const isIt = data.trim() === "[DONE]";
  if (isIt && !hasMessage) throw malformed(url, "the streamed answer has no message");
  return isIt;
}

/** The text of a chunk that adds it to the answer and does nothing else that the chunk before it did not. */
function textAlone(data: string, spokenChoices: SpokenChoices): string | undefined {
  const { error, usage, choices } = fieldsOf(JSON.parse(data));
  const [choice, another] = Array.isArray(choices) ? choices.map(fieldsOf) : [];
  if (choice === undefined || another || !spokenChoices.isAnswer(choice)) return undefined;
  const delta = fieldsOf(choice["delta"] ?? choice["message"]);
  const isMore = error || (usage ?? undefined) !== undefined || choice["error"] || choice["finish_reason"];
  return isMore || holdsOther(delta) || reasoningIn(delta) ? undefined : wordOf(delta["content"]);
}

interface SpokenChoices {
  /** Whether it is the one that has spoken first. */
  isAnswer(choice: Fields): boolean;
  /** Takes a piece of a choice; says whether it is one of the answer's. */
  take(choice: Fields): boolean;
  haveFinished(): boolean;
  /** of the answer's; "" = none so far */
  finishReason(): string;
}

/** Who has spoken, and who has finished: some say twice that they have. */
function choicesOf(choicesAsked: number): SpokenChoices {
  const reasons: string[] = [];
  let [first, seen, finished] = [-1, 0, 0];
  return {
    isAnswer: ({ index }) => choiceIndex(index) === first,
    take({ index, finish_reason: reason }) {
      const at = choiceIndex(index);
      if (first === -1) first = at;
      const before = reasons[at];
      const now = wordOf(reason) || (before ?? "");
      if (before === undefined) seen++;
      if (!before && now !== "") finished++;
      reasons[at] = now;
      return at === first;
    },
    haveFinished: () => finished === seen && finished >= choicesAsked,
    finishReason: () => reasons[first] ?? "",
  };
}

/** As many as OpenAI gives. */
const mostChoices = 128;

/** Some leave the index of an only choice out. */
function choiceIndex(index: unknown): number {
  return typeof index === "number" && index >= 0 && index < mostChoices ? Math.trunc(index) : 0;
}

/** What a message may hold beside its text and thoughts: an answer has begun with it, and it is billed. */
const otherParts = ["tool_calls", "function_call", "refusal", "audio", "reasoning_details", "images"] as const;

/** Many send them as null, "" or [] before there is anything of them. */
function holdsOther(message: Fields): boolean {
  for (const name of otherParts) {
    const part = message[name];
    if (part !== undefined && part !== null && part !== "" && !(Array.isArray(part) && part.length === 0)) return true;
  }
  return false;
}

/**
 * Names and arguments of calls, refusals, what was said aloud: without usage, of which a stream holds none unless it was asked for,
 * they are all there is to bill by.
 */
function otherCharacters(message: Fields): number {
  const { tool_calls: calls, function_call: call, refusal, audio, reasoning_details: thoughts } = message;
  let sum = calledIn(call) + wordOf(refusal).length + wordOf(fieldsOf(audio)["transcript"]).length;
  if (Array.isArray(calls)) for (const one of calls) sum += calledIn(fieldsOf(one)["function"]);
  // Where they stand as text as well they are counted there.
  if (Array.isArray(thoughts) && reasoningIn(message) === "")
    for (const one of thoughts) sum += thoughtIn(fieldsOf(one));
  return sum;
}

function calledIn(call: unknown): number {
  const { name, arguments: given } = fieldsOf(call);
  return wordOf(name).length + wordOf(given).length;
}

function thoughtIn({ text, summary }: Fields): number {
  return wordOf(text).length + wordOf(summary).length;
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
