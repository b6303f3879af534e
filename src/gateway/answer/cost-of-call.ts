/**
 * What an answer used and cost, by our own price. Where the endpoint told no usage, or what cannot be, tokens are estimated from
 * the characters that passed: an answer is never free for want of a number.
 */
import type { CostSource, TokenUsage } from "../../core/chat.ts";
import { plausibleUsage } from "../../prices/plausible-usage.ts";
import { costUsd } from "../../prices/price.ts";
import type { ReadBody } from "../body/read-body.ts";
import type { RunningCall } from "../running-call.ts";
import type { ServedModel } from "../upstream/endpoint.ts";
import type { FailedAttempt } from "../upstream/forward.ts";
import type { AnswerFacts } from "../wires/wire.ts";
import type { AnswerCost } from "./answer-cost.ts";

const charactersPerToken = 4;

/** Of the answer of a call that has ended, or of the attempt that its end cut short. */
export function costOfCall(call: RunningCall): AnswerCost {
  return call.forwarded === undefined ? (call.givenUp ?? nothingPaid) : costOf(call);
}

/**
 * Of an attempt that gave no answer, though the endpoint was sent the request: its prompt has been read, as far as anybody knows,
 * and what of its answer had come is paid as well. Leaving is not free.
 */
export function costOfAttempt({ model, facts }: Pick<FailedAttempt, "model" | "facts">, call: Estimated): AnswerCost {
  return costAt(model, estimated(facts, call), "estimated");
}

export function costOf(call: Estimated & Pick<RunningCall, "forwarded">): AnswerCost {
  const { forwarded, promptCharacters, body } = call;
  const facts = forwarded?.facts ?? forwarded?.watch?.facts();
  if (forwarded === undefined || facts === undefined) return nothingPaid;
  const reported =
    facts.usage && (plausible(facts, promptCharacters) ?? plausible(facts, promptCharacters + storedCharacters(body)));
  const usage = reported ?? estimated(facts, call);
  return costAt(forwarded.model, usage, reported ? "priced" : "estimated");
}

const nothingPaid: AnswerCost = { model: "", usage: undefined, costUsd: 0, costSource: "none" };
const nothingSaid = { text: "", finishReason: "" };

/** What an estimate goes by. */
type Estimated = Pick<RunningCall, "wire" | "promptCharacters" | "body" | "expected">;

function costAt({ name, price }: ServedModel, usage: TokenUsage, source: CostSource): AnswerCost {
  if (price === undefined) return { model: name, usage, costUsd: NaN, costSource: "none" };
  return { model: name, usage, costUsd: costUsd(usage, price), costSource: source };
}

function plausible(facts: AnswerFacts, promptCharacters: number): TokenUsage | undefined {
  return plausibleUsage(facts, { messages: [{ role: "user", content: "x".repeat(promptCharacters) }] });
}

/** What a body may name instead of sending it: an earlier conversation, a file, a page. It is read, and billed, all the same. */
const references = ['"previous_response_id"', '"conversation"', '"file_id"', '"file_url"', '"image_url"', '"url"'];
/** Of the longest context that there is, with room. */
const longestStored = 2_000_000;

function storedCharacters(body: ReadBody | undefined): number {
  return body !== undefined && references.some((name) => body.bytes.includes(name)) ? longestStored : 0;
}

/** By the characters that passed; of an answer that is made to its end out of sight, the most that it may use. */
function estimated(facts: Said = nothingSaid, { wire, promptCharacters, body, expected }: Estimated): TokenUsage {
  const goesOn = body !== undefined && wire.goesOn?.(body.fields, facts) === true;
  const { text, reasoning = "", calledCharacters = 0 } = facts;
  const said = text.length + reasoning.length + calledCharacters;
  const most = goesOn ? expected : undefined;
  return {
    inputTokens: most?.inputTokens ?? Math.ceil(promptCharacters / charactersPerToken),
    cachedInputTokens: NaN,
    cacheWriteTokens: NaN,
    outputTokens: most?.outputTokens ?? Math.ceil(said / charactersPerToken),
    reasoningTokens: NaN,
  };
}

type Said = Pick<AnswerFacts, "text" | "reasoning" | "calledCharacters" | "finishReason">;
