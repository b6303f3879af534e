/** Whether what an endpoint sent is an answer, the client's own mistake, or a failure that another endpoint may mend. */
import { malformed, parsedJson, refusal } from "../../providers/post-json.ts";
import { fieldsOf } from "../../providers/wire-fields.ts";
import type { AnswerFacts, Wire } from "../wires/wire.ts";
import type { HeldAnswer } from "./held-answer.ts";

type Whole = Extract<HeldAnswer, { kind: "whole" }>;

/** Statuses that say the request is at fault: asking elsewhere would be told the same, and the client can mend it. */
const clientsFault: ReadonlySet<number> = new Set([400, 413, 415, 422]);
/**
 * What makers call a prompt that is too long (OpenAI, Anthropic, Google, Bedrock, Mistral, xAI, Together, vLLM, llama.cpp, in this order):
 * a model that takes more may answer. A limit of the answer alone, which a client can lower, is none of them.
 */
const tooLong = new RegExp(
  [
    "context_length_exceeded|context[ _-]window",
    "prompt is too long|exceeds? (?:the )?context limit",
    "input token count .{0,60}exceeds",
    "input is too long",
    "too large for model with",
    "maximum prompt length",
    "inputs. tokens [+] .max_new_tokens. must be",
    "maximum context|max_model_len",
    "exceed_context_size|exceeds the available context",
  ].join("|"),
  "i",
);

export type Judged =
  | { readonly kind: "answer"; readonly facts: AnswerFacts }
  /** to be passed on as it is */
  | { readonly kind: "clients-fault"; readonly isTooLong: boolean };

/** @throws EndpointError for a failure */
export function judged(answer: Whole, wire: Wire, label: string, wantsStream: boolean): Judged {
  const { status, headers, body } = answer;
  if (status === 200) {
    const facts = wire.whole(label, fieldsOf(parsedJson(label, body.toString("utf8"))));
    if (wantsStream) throw malformed(label, "answered whole where a stream was asked for");
    return { kind: "answer", facts };
  }
  const text = body.toString("utf8");
  if (clientsFault.has(status)) return { kind: "clients-fault", isTooLong: tooLong.test(text) };
  throw refusal(label, { status, headers, text });
}
