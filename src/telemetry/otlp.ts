/**
 * Sends spans to an OpenTelemetry collector by OTLP over HTTP. The two SDK packages are loaded on use. A collector that is not
 * there costs spans, never a call: what could not be sent is counted.
 */
import type { Tracer } from "@opentelemetry/api";
import type { SpanExporter, SpanProcessor } from "@opentelemetry/sdk-trace-base";
import { PrerequisiteError, UsageError } from "../core/errors.ts";

export interface OtlpOptions {
  /** of the collector, "/v1/traces" appended where it has no path; left out: OTEL_EXPORTER_OTLP_ENDPOINT, or localhost:4318 */
  readonly url?: string | undefined;
  readonly version: string;
}

export interface Otlp {
  readonly tracer: Tracer;
  /** Sends what is left, for some seconds at most. */
  close(): Promise<{ readonly sent: number; readonly lost: number }>;
}

const exportTimeoutMs = 5000;
const closeTimeoutMs = 8000;

/** @throws PrerequisiteError naming the command that installs what is missing; UsageError for an address that is none */
export async function startOtlp({ url, version }: OtlpOptions): Promise<Otlp> {
  const address = url === undefined ? undefined : tracesAddress(url);
  const { base, otlp, resources } = await loadSdk();
  const counts = { ended: 0, sent: 0 };
  const exporter = new otlp.OTLPTraceExporter({
    ...(address !== undefined && { url: address }),
    timeoutMillis: exportTimeoutMs,
  });
  const batches = new base.BatchSpanProcessor(counting(exporter, counts), {
    maxQueueSize: 32_768,
    maxExportBatchSize: 512,
    scheduledDelayMillis: 1000,
    exportTimeoutMillis: exportTimeoutMs + 1000,
  });
  const counter: SpanProcessor = {
    onStart: () => undefined,
    onEnd: () => void counts.ended++,
    forceFlush: () => Promise.resolve(),
    shutdown: () => Promise.resolve(),
  };
  const provider = new base.BasicTracerProvider({
    // OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES win.
    resource: resources
      .resourceFromAttributes({ "service.name": "signalbox", "service.version": version })
      .merge(resources.detectResources({ detectors: [resources.envDetector] })),
    spanProcessors: [batches, counter],
  });
  return {
    tracer: provider.getTracer("signalbox", version),
    async close() {
      const late = AbortSignal.timeout(closeTimeoutMs);
      const over = new Promise<void>((resolve) => late.addEventListener("abort", () => resolve(), { once: true }));
      // A failed flush is counted, span by span, by the exporter.
      await Promise.race([provider.shutdown().catch(() => undefined), over]);
      return { sent: counts.sent, lost: counts.ended - counts.sent };
    },
  };
}

/** Counts the spans that the collector took. */
function counting(exporter: SpanExporter, counts: { sent: number }): SpanExporter {
  return {
    export: (spans, done) =>
      exporter.export(spans, (result) => {
        // That of a success has none.
        if (result.error === undefined) counts.sent += spans.length;
        done(result);
      }),
    forceFlush: async () => await exporter.forceFlush?.(),
    shutdown: () => exporter.shutdown(),
  };
}

function tracesAddress(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    // It is not shown: it may hold a token.
    const mend = "Give the collector's address, e.g. http://127.0.0.1:4318";
    throw new UsageError({ problem: "not the address of a collector", where: "--otlp", mend });
  }
  if (url.pathname === "/") url.pathname = "/v1/traces";
  return url.href;
}

const packages = [
  "@opentelemetry/sdk-trace-base",
  "@opentelemetry/exporter-trace-otlp-http",
  "@opentelemetry/resources",
];

async function loadSdk() {
  try {
    const [base, otlp, resources] = await Promise.all([
      import("@opentelemetry/sdk-trace-base"),
      import("@opentelemetry/exporter-trace-otlp-http"),
      import("@opentelemetry/resources"),
    ]);
    return { base, otlp, resources };
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== "ERR_MODULE_NOT_FOUND") throw cause;
    const problem = "traces need the SDK of OpenTelemetry, which is not installed";
    throw new PrerequisiteError({ problem, where: "--otlp", mend: `Run: npm install ${packages.join(" ")}`, cause });
  }
}
