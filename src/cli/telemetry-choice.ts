/** Traces and metrics of a command that calls models: none unless asked for. */
import type { Command } from "commander";
import type { CollectConfig, ModelConfig } from "../collect/config-schema.ts";
import type { ChatProvider } from "../core/chat.ts";
import { plural } from "../core/plural.ts";
import type { CallObserver } from "../telemetry/call-observer.ts";
import { callSubject } from "../telemetry/call-subject.ts";
import { chatMetrics } from "../telemetry/chat-metrics.ts";
import type { ChatMetrics } from "../telemetry/chat-metrics.ts";
import { serveMetrics } from "../telemetry/metrics-server.ts";
import { observedProvider } from "../telemetry/observed-provider.ts";
import { version } from "../version.ts";
import { atLeast } from "./numbers.ts";
import { note } from "./terminal.ts";

export interface TelemetryOptions {
  /** true = the environment's address */
  readonly otlp?: string | true | undefined;
  readonly otlpContent?: boolean | undefined;
  readonly metricsPort?: number | undefined;
  readonly quiet?: boolean | undefined;
}

/** Adds --otlp, --otlp-content and --metrics-port. */
export function withTelemetryOptions(command: Command): Command {
  return command
    .option("--otlp [url]", "send a span per call to an OpenTelemetry collector (default: OTEL_EXPORTER_OTLP_ENDPOINT)")
    .option("--otlp-content", "put prompts and answers into the spans")
    .option("--metrics-port <number>", "serve Prometheus metrics on 127.0.0.1; 0 = any free port", atLeast(0));
}

export interface Telemetry {
  readonly observe: (provider: ChatProvider, model: ModelConfig) => ChatProvider;
  readonly onPlan: (calls: ReadonlyMap<string, number>) => void;
  readonly count: ChatMetrics["count"];
  /** Sends what is left. */
  close(): Promise<void>;
}

/** Starts what the options ask for; without any, nothing is loaded and nothing is looked on at. */
export async function startTelemetry(
  options: TelemetryOptions,
  { models }: Pick<CollectConfig, "models">,
): Promise<Telemetry> {
  const tell = (text: string): void => {
    if (!options.quiet) note(text);
  };
  const traces = await startTraces(options, tell);
  const metrics = await startMetrics(options, models, tell).catch(async (error: unknown) => {
    await traces?.close();
    throw error;
  });
  const observers = [traces?.observer, metrics?.observer].filter((observer) => observer !== undefined);
  return {
    observe: (provider, { provider: format, baseUrl }) =>
      observers.length === 0 ? provider : observedProvider(provider, callSubject(format, baseUrl), observers),
    onPlan: (calls) => {
      for (const [model, count] of calls) metrics?.plan(model, count);
    },
    count: (outcome) => metrics?.count(outcome),
    async close() {
      await Promise.all([traces?.close(), metrics?.close()]);
    },
  };
}

interface Looking {
  readonly observer: CallObserver;
  close(): Promise<void>;
}

async function startTraces(
  { otlp: address, otlpContent = false }: TelemetryOptions,
  tell: (text: string) => void,
): Promise<Looking | undefined> {
  if (address === undefined) return undefined;
  const [{ startOtlp }, { chatSpans }] = await Promise.all([
    import("../telemetry/otlp.ts"),
    import("../telemetry/chat-spans.ts"),
  ]);
  const otlp = await startOtlp({ url: address === true ? undefined : address, version });
  return {
    observer: chatSpans(otlp.tracer, { content: otlpContent }),
    async close() {
      const { lost } = await otlp.close();
      if (lost > 0) tell(`note: ${plural(lost, "span")} could not be sent to the collector of traces`);
    },
  };
}

async function startMetrics(
  { metricsPort: port }: TelemetryOptions,
  models: CollectConfig["models"],
  tell: (text: string) => void,
): Promise<(Looking & Pick<ChatMetrics, "count" | "plan">) | undefined> {
  if (port === undefined) return undefined;
  const names = { requestModels: models.map(({ model }) => model), models: models.map(({ name }) => name) };
  const { registry, ...metrics } = await chatMetrics(names);
  const server = await serveMetrics(registry, port);
  tell(`metrics at ${server.url}`);
  return { ...metrics, close: () => server.close() };
}
