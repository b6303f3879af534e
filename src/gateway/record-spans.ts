/** Calls as spans of OpenTelemetry by its GenAI conventions: one server span a call, made when it is over. No content is in it. */
import { SpanKind, SpanStatusCode } from "@opentelemetry/api";
import type { Attributes, Tracer } from "@opentelemetry/api";
import type { CallRecord } from "./call-record.ts";

const operations = { chat: "chat", responses: "chat", messages: "chat", embeddings: "embeddings" } as const;

export function recordSpans(tracer: Tracer): (record: CallRecord) => void {
  return (record) => {
    const operation = operations[record.operation];
    const endTime = Date.parse(record.at);
    const span = tracer.startSpan(`${operation} ${record.model || "none"}`, {
      kind: SpanKind.SERVER,
      startTime: endTime - record.latencyMs,
      attributes: { "gen_ai.operation.name": operation, ...attributesOf(record) },
    });
    if (record.code !== "") {
      span.setAttribute("error.type", record.code);
      span.setStatus({ code: SpanStatusCode.ERROR });
    }
    span.end(endTime);
  };
}

function attributesOf({ asked, model, usage, firstTokenMs, costUsd, ...record }: CallRecord): Attributes {
  const numbers = {
    "gen_ai.usage.input_tokens": usage?.inputTokens,
    "gen_ai.usage.output_tokens": usage?.outputTokens,
    "gen_ai.response.time_to_first_chunk": firstTokenMs / 1000,
    "signalbox.cost_usd": costUsd,
    "signalbox.decision_us": record.decisionUs,
    "signalbox.expected_score": record.expectedScore,
    "http.response.status_code": record.status,
    "signalbox.failed_attempts": record.failures.length,
  };
  const words = {
    "gen_ai.request.model": asked,
    "gen_ai.response.model": model,
    "signalbox.router": record.router,
    "signalbox.arm": record.arm,
    "signalbox.policy_hash": record.policyHash,
    "signalbox.fallback": record.fallback,
    "signalbox.outcome": record.outcome,
    "signalbox.request_id": record.requestId,
  };
  return {
    ...Object.fromEntries(Object.entries(words).filter(([, word]) => word !== "")),
    ...Object.fromEntries(Object.entries(numbers).filter(([, value = NaN]) => !Number.isNaN(value))),
  };
}
