/** Calls as metrics of Prometheus: seconds as the base unit, counters end in _total, labels from known sets only. */
import type { Counter, Histogram, Registry } from "prom-client";
import { boundedLabel } from "../telemetry/bounded-label.ts";
import type { AnswerCost } from "./answer/answer-cost.ts";
import type { CallRecord } from "./call-record.ts";

export interface RecordMetrics {
  readonly registry: Registry;
  readonly observe: (record: CallRecord) => void;
  /** Names that stand in labels from now on, beside those before. */
  readonly know: (names: KnownNames) => void;
}

export interface KnownNames {
  readonly models: Iterable<string>;
  readonly routers: Iterable<string>;
}

const durationBuckets = Array.from({ length: 14 }, (_, i) => 0.01 * 2 ** i);
const decisionBuckets = [0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.25, 1];

/** A registry of its own, so that two gateways in one process do not meet. */
export async function recordMetrics({ models, routers }: KnownNames): Promise<RecordMetrics> {
  const client = (await import("prom-client")).default;
  const registry = new client.Registry();
  const found = instruments(client, [registry]);
  const known = { models: new Set(["", ...models]), routers: new Set(["", ...routers]) };
  let [model, router] = [boundedLabel(known.models), boundedLabel(known.routers)];
  return {
    registry,
    observe(record) {
      const name = model(record.model);
      found.requests.inc({
        operation: record.operation,
        outcome: record.outcome,
        model: name,
        router: router(record.router),
      });
      found.duration.observe(
        { gen_ai_operation_name: record.operation, gen_ai_response_model: name },
        record.latencyMs / 1000,
      );
      if (!Number.isNaN(record.firstTokenMs))
        found.firstToken.observe({ gen_ai_response_model: name }, record.firstTokenMs / 1000);
      if (!Number.isNaN(record.decisionUs))
        found.decision.observe({ router: router(record.router) }, record.decisionUs / 1e6);
      for (const { model: name, failure, paid } of record.failures) {
        found.failures.inc({ model: model(name), failure });
        if (paid) countMoney(found, paid, model(name));
      }
      if (record.paid.model !== "") countMoney(found, record.paid, model(record.paid.model));
      for (const answer of record.rejected) countMoney(found, answer, model(answer.model));
    },
    know(names) {
      for (const name of names.models) known.models.add(name);
      for (const name of names.routers) known.routers.add(name);
      [model, router] = [boundedLabel(known.models), boundedLabel(known.routers)];
    },
  };
}

type Instruments = ReturnType<typeof instruments>;

function countMoney({ tokens, cost, unknown }: Instruments, { usage, costUsd }: AnswerCost, model: string): void {
  if (usage === undefined) return;
  tokens.inc({ model, type: "input" }, usage.inputTokens);
  tokens.inc({ model, type: "output" }, usage.outputTokens);
  if (Number.isNaN(costUsd)) unknown.inc({ model });
  else cost.inc({ model }, costUsd);
}

function instruments(client: typeof import("prom-client"), registers: Registry[]) {
  const counter = (name: string, help: string, labelNames: string[]): Counter =>
    new client.Counter({ name, help, labelNames, registers });
  const histogram = (name: string, help: string, labelNames: string[], buckets: number[]): Histogram =>
    new client.Histogram({ name, help, labelNames, buckets, registers });
  return {
    requests: counter("signalbox_requests_total", "Calls of clients, by how they ended", [
      "operation",
      "outcome",
      "model",
      "router",
    ]),
    failures: counter("signalbox_upstream_failures_total", "Attempts that came to nothing", ["model", "failure"]),
    tokens: counter("signalbox_tokens_total", "Tokens, reported or estimated", ["model", "type"]),
    cost: counter("signalbox_cost_usd_total", "USD by our own prices, as far as known", ["model"]),
    unknown: counter("signalbox_unknown_cost_total", "Answers whose cost is not known", ["model"]),
    duration: histogram(
      "gen_ai_server_request_duration_seconds",
      "From the request's body to the end of its answer",
      ["gen_ai_operation_name", "gen_ai_response_model"],
      durationBuckets,
    ),
    firstToken: histogram(
      "gen_ai_server_time_to_first_token_seconds",
      "From asking an endpoint to its first token, of streams",
      ["gen_ai_response_model"],
      durationBuckets,
    ),
    decision: histogram("signalbox_decision_seconds", "What a decision took", ["router"], decisionBuckets),
  };
}
