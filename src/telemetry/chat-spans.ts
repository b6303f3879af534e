/**
 * Calls as spans of OpenTelemetry, by its GenAI conventions (status: development): "chat MODEL", a client span per attempt.
 * No prompt and no answer is in it unless that is asked for.
 */
import { SpanKind, SpanStatusCode } from "@opentelemetry/api";
import type { Attributes, Tracer } from "@opentelemetry/api";
import type { ChatCompletion, ChatRequest } from "../core/chat.ts";
import type { CallObserver, CallSubject } from "./call-observer.ts";

export interface ChatSpanOptions {
  /** whether prompts and answers go into the spans */
  readonly content: boolean;
}

export function chatSpans(tracer: Tracer, { content }: ChatSpanOptions): CallObserver {
  return {
    begin(subject, request) {
      const attributes = {
        ...asked(subject, request),
        ...(content && { "gen_ai.input.messages": messagesText(request) }),
      };
      const span = tracer.startSpan(`chat ${request.model}`, { kind: SpanKind.CLIENT, attributes });
      return (result) => {
        if ("completion" in result) {
          span.setAttributes(answered(result.completion));
          if (content) span.setAttribute("gen_ai.output.messages", answerText(result.completion));
        } else {
          span.setAttribute("error.type", result.errorType);
          span.setStatus({ code: SpanStatusCode.ERROR });
        }
        span.end();
      };
    },
  };
}

function asked({ provider, address, port }: CallSubject, { model, parameters }: ChatRequest): Attributes {
  return {
    "gen_ai.operation.name": "chat",
    "gen_ai.provider.name": provider,
    "gen_ai.request.model": model,
    ...(address !== undefined && { "server.address": address }),
    ...(port !== undefined && { "server.port": port }),
    ...known({
      "gen_ai.request.temperature": parameters.temperature,
      "gen_ai.request.top_p": parameters.topP,
      "gen_ai.request.max_tokens": parameters.maxOutputTokens,
      "gen_ai.request.seed": parameters.seed,
    }),
  };
}

function answered({
  finishReason,
  servedModel,
  requestId,
  usage,
  firstTokenMs,
  reportedCostUsd,
}: ChatCompletion): Attributes {
  return {
    ...(servedModel !== "" && { "gen_ai.response.model": servedModel }),
    ...(requestId !== "" && { "gen_ai.response.id": requestId }),
    ...(finishReason !== "" && { "gen_ai.response.finish_reasons": [finishReason] }),
    ...known({
      "gen_ai.usage.input_tokens": usage?.inputTokens,
      "gen_ai.usage.output_tokens": usage?.outputTokens,
      "gen_ai.usage.cache_read.input_tokens": usage?.cachedInputTokens,
      "gen_ai.usage.cache_creation.input_tokens": usage?.cacheWriteTokens,
      "gen_ai.usage.reasoning.output_tokens": usage?.reasoningTokens,
      "gen_ai.response.time_to_first_chunk": firstTokenMs / 1000,
      "signalbox.reported_cost_usd": reportedCostUsd,
    }),
  };
}

/** What is not known is not said. */
function known(values: Readonly<Record<string, number | undefined>>): Attributes {
  return Object.fromEntries(Object.entries(values).filter(([, value = NaN]) => !Number.isNaN(value)));
}

/** Messages in the conventions' form: a role, and parts. */
function messagesText({ messages }: ChatRequest): string {
  return JSON.stringify(messages.map(({ role, content }) => ({ role, parts: [{ type: "text", content }] })));
}

function answerText({ text, finishReason }: ChatCompletion): string {
  const parts = [{ type: "text", content: text }];
  return JSON.stringify([{ role: "assistant", parts, finish_reason: finishReason }]);
}
