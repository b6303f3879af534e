/**
 * Calls as metrics of Prometheus, by the names and buckets of OpenTelemetry's GenAI conventions: seconds as the base unit,
 * counters end in _total, labels from a known set.
 */
import type { Registry } from "prom-client";
import { PrerequisiteError } from "../core/errors.ts";
import { boundedLabel } from "./bounded-label.ts";
import type { CallObserver } from "./call-observer.ts";

export interface ChatMetrics {
  readonly registry: Registry;
  readonly observer: CallObserver;
  /** What became of a call in the end, attempts and cache included. */
  readonly count: (outcome: CountedOutcome) => void;
  /** How many calls are to be made. */
  readonly plan: (model: string, calls: number) => void;
}

export interface CountedOutcome {
  /** the user's name of the model */
  readonly model: string;
  readonly outcome: "done" | "cached" | "failed";
  /** NaN where it is not known */
  readonly costUsd: number;
}

export interface ChatMetricsOptions {
  /** the providers' names of the models, which label calls */
  readonly requestModels: readonly string[];
  /** the user's names of the models, which label outcomes */
  readonly models: readonly string[];
}

const tokenBuckets = Array.from({ length: 14 }, (_, i) => 4 ** i);
const durationBuckets = Array.from({ length: 14 }, (_, i) => 0.01 * 2 ** i);
const firstChunkBuckets = [0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

const callLabels = ["gen_ai_operation_name", "gen_ai_provider_name", "gen_ai_request_model"] as const;

/** A registry of its own, so that two runs in one process do not meet. @throws PrerequisiteError without prom-client */
export async function chatMetrics(options: ChatMetricsOptions): Promise<ChatMetrics> {
  const client = await loadPromClient();
  const registry = new client.Registry();
  return { registry, observer: callMetrics(client, registry, options), ...outcomeMetrics(client, registry, options) };
}

type PromClient = typeof import("prom-client");

async function loadPromClient(): Promise<PromClient> {
  try {
    return (await import("prom-client")).default;
  } catch (cause) {
    const problem = "metrics need prom-client, which could not be loaded";
    throw new PrerequisiteError({ problem, mend: "Run: npm install prom-client", cause });
  }
}

function callMetrics(client: PromClient, registry: Registry, { requestModels }: ChatMetricsOptions): CallObserver {
  const { usage, duration, firstChunk, inFlight } = instruments(client, [registry]);
  const modelLabel = boundedLabel(requestModels);
  return {
    begin({ provider }, { model }) {
      const labels = {
        gen_ai_operation_name: "chat",
        gen_ai_provider_name: provider,
        gen_ai_request_model: modelLabel(model),
      };
      inFlight.inc(labels);
      const started = performance.now();
      return (result) => {
        inFlight.dec(labels);
        const seconds = (performance.now() - started) / 1000;
        if (!("completion" in result)) return duration.observe({ ...labels, error_type: result.errorType }, seconds);
        duration.observe(labels, seconds);
        const { usage: tokens, firstTokenMs } = result.completion;
        if (!Number.isNaN(firstTokenMs)) firstChunk.observe(labels, firstTokenMs / 1000);
        if (tokens === undefined) return;
        usage.observe({ ...labels, gen_ai_token_type: "input" }, tokens.inputTokens);
        usage.observe({ ...labels, gen_ai_token_type: "output" }, tokens.outputTokens);
      };
    },
  };
}

function instruments(client: PromClient, registers: Registry[]) {
  const usage = new client.Histogram({
    name: "gen_ai_client_token_usage",
    help: "Tokens of a call, input and output",
    labelNames: [...callLabels, "gen_ai_token_type"],
    buckets: tokenBuckets,
    registers,
  });
  const duration = new client.Histogram({
    name: "gen_ai_client_operation_duration_seconds",
    help: "From sending a call to the end of its answer, or its failure",
    labelNames: [...callLabels, "error_type"],
    buckets: durationBuckets,
    registers,
  });
  const firstChunk = new client.Histogram({
    name: "gen_ai_client_operation_time_to_first_chunk_seconds",
    help: "From sending a call to the first piece of a streamed answer",
    labelNames: [...callLabels],
    buckets: firstChunkBuckets,
    registers,
  });
  const inFlight = new client.Gauge({
    name: "signalbox_calls_in_flight",
    help: "Calls sent and not yet answered",
    labelNames: [...callLabels],
    registers,
  });
  return { usage, duration, firstChunk, inFlight };
}

function outcomeMetrics(
  client: PromClient,
  registry: Registry,
  { models }: ChatMetricsOptions,
): Pick<ChatMetrics, "count" | "plan"> {
  const registers = [registry];
  const outcomes = new client.Counter({
    name: "signalbox_outcomes_total",
    help: "Calls that came to an end, retries counted once: done, cached or failed",
    labelNames: ["model", "outcome"],
    registers,
  });
  const cost = new client.Counter({
    name: "signalbox_cost_usd_total",
    help: "USD spent, as far as costs are known",
    labelNames: ["model"],
    registers,
  });
  const unknownCost = new client.Counter({
    name: "signalbox_unknown_cost_total",
    help: "Answers whose cost is not known",
    labelNames: ["model"],
    registers,
  });
  const planned = new client.Gauge({
    name: "signalbox_calls_planned",
    help: "Calls that this run is to make",
    labelNames: ["model"],
    registers,
  });
  const modelLabel = boundedLabel(models);
  return {
    count({ model, outcome, costUsd }) {
      const label = { model: modelLabel(model) };
      outcomes.inc({ ...label, outcome });
      if (outcome !== "done") return;
      if (Number.isNaN(costUsd)) unknownCost.inc(label);
      else cost.inc(label, costUsd);
    },
    plan: (model, calls) => planned.set({ model: modelLabel(model) }, calls),
  };
}
