/** Real parts: OpenTelemetry's own exporter against a scripted collector, and metrics scraped while calls are made. */
import { describe, expect, onTestFinished, test } from "vitest";
import { json, scriptedServer } from "../../test/support/scripted-server.ts";
import type { ScriptedServer } from "../../test/support/scripted-server.ts";
import { defaultDeadlines } from "../core/chat.ts";
import type { ChatProvider } from "../core/chat.ts";
import { openAiChat } from "../providers/openai-chat.ts";
import { startSimulator } from "../simulate/chat-server.ts";
import { simulationSchema } from "../simulate/script.ts";
import type { CallObserver } from "./call-observer.ts";
import { callSubject } from "./call-subject.ts";
import { chatMetrics } from "./chat-metrics.ts";
import { chatSpans } from "./chat-spans.ts";
import { serveMetrics } from "./metrics-server.ts";
import { observedProvider } from "./observed-provider.ts";
import { startOtlp } from "./otlp.ts";

/** A simulated model that is looked on at; `script` as in the simulator's file. */
async function simulated(
  script: object,
  observers: CallObserver[],
): Promise<(prompt: string, model?: string) => Promise<unknown>> {
  const simulator = await startSimulator(simulationSchema.parse(script));
  const provider: ChatProvider = observedProvider(
    openAiChat({ baseUrl: simulator.baseUrl, stream: true }),
    callSubject("openai", simulator.baseUrl),
    observers,
  );
  onTestFinished(async () => {
    // First the server: a call that hangs would keep its provider open.
    await simulator.close();
    await provider.close();
  });
  return (content, model = "GPT-5") =>
    provider
      .complete(
        { model, messages: [{ role: "user", content }], parameters: { temperature: 0.2, maxOutputTokens: 50 } },
        { deadlines: defaultDeadlines },
      )
      .catch((error: unknown) => error);
}

interface Span {
  readonly name: string;
  readonly kind: number;
  readonly status: { readonly code?: number };
  readonly attributes: Readonly<Record<string, unknown>>;
}

type Value = Readonly<Record<string, unknown>>;

function spansIn({ requests }: ScriptedServer): { spans: Span[]; service: unknown } {
  const bodies = requests.map(({ body }) => JSON.parse(body) as { resourceSpans: Value[] });
  const resources = bodies.flatMap(({ resourceSpans }) => resourceSpans);
  const raw = resources.flatMap(({ scopeSpans }) => (scopeSpans as { spans: Value[] }[]).flatMap(({ spans }) => spans));
  const spans = raw.map((span) => ({ ...span, attributes: attributesOf(span["attributes"]) }) as unknown as Span);
  return { spans, service: attributesOf((resources[0]!["resource"] as Value)["attributes"])["service.name"] };
}

function attributesOf(list: unknown): Readonly<Record<string, unknown>> {
  return Object.fromEntries((list as { key: string; value: Value }[]).map(({ key, value }) => [key, plain(value)]));
}

function plain(value: Value): unknown {
  const [kind = "", inner] = Object.entries(value)[0] ?? [];
  if (kind === "arrayValue") return (inner as { values: Value[] }).values.map(plain);
  return kind === "intValue" ? Number(inner) : inner;
}

async function collector(): Promise<ScriptedServer> {
  const server = await scriptedServer((_, response) => json(response, {}));
  onTestFinished(() => server.close());
  return server;
}

describe("traces", () => {
  test("a call is a client span with the names of the GenAI conventions, and no content", async () => {
    const server = await collector();
    const otlp = await startOtlp({ url: server.url, version: "1.2.3" });
    const ask = await simulated({}, [chatSpans(otlp.tracer, { content: false })]);
    await ask("a marked prompt");
    expect(await otlp.close()).toEqual({ sent: 1, lost: 0 });
    expect(server.requests[0]).toMatchObject({ method: "POST", path: "/v1/traces" });
    const { spans, service } = spansIn(server);
    expect(service).toBe("signalbox");
    expect(spans[0]).toMatchObject({ name: "chat GPT-5", kind: 3 });
    expect(spans[0]!.attributes).toMatchObject({
      "gen_ai.operation.name": "chat",
      "gen_ai.provider.name": "openai",
      "gen_ai.request.model": "GPT-5",
      "gen_ai.request.temperature": 0.2,
      "gen_ai.request.max_tokens": 50,
      "gen_ai.response.model": "GPT-5",
      "gen_ai.response.finish_reasons": ["stop"],
      "gen_ai.usage.input_tokens": expect.any(Number) as number,
      "gen_ai.usage.output_tokens": expect.any(Number) as number,
      "gen_ai.response.time_to_first_chunk": expect.any(Number) as number,
      "server.address": "127.0.0.1",
    });
    expect(server.requests[0]!.body).not.toContain("marked");
  });

  test("prompts and answers are in it when that is asked for", async () => {
    const server = await collector();
    const otlp = await startOtlp({ url: server.url, version: "1.2.3" });
    const ask = await simulated({}, [chatSpans(otlp.tracer, { content: true })]);
    await ask("a marked prompt");
    await otlp.close();
    const { attributes } = spansIn(server).spans[0]!;
    expect(JSON.parse(String(attributes["gen_ai.input.messages"]))).toEqual([
      { role: "user", parts: [{ type: "text", content: "a marked prompt" }] },
    ]);
    expect(JSON.parse(String(attributes["gen_ai.output.messages"]))).toMatchObject([{ role: "assistant" }]);
  });

  test("a failure is an error with its status, and what the endpoint said stays out", async () => {
    const server = await collector();
    const otlp = await startOtlp({ url: server.url, version: "1.2.3" });
    const ask = await simulated({ faults: [{ kind: "status", status: 503 }] }, [
      chatSpans(otlp.tracer, { content: false }),
    ]);
    await ask("x");
    await otlp.close();
    const [span] = spansIn(server).spans;
    expect(span).toMatchObject({ status: { code: 2 }, attributes: { "error.type": "503" } });
    expect(server.requests[0]!.body).not.toContain("scripted to fail");
  });

  test("a collector that refuses costs spans, which are counted, and no call", async () => {
    const server = await scriptedServer((_, response) => json(response, {}, 400));
    onTestFinished(() => server.close());
    const otlp = await startOtlp({ url: server.url, version: "1.2.3" });
    const ask = await simulated({}, [chatSpans(otlp.tracer, { content: false })]);
    expect(await ask("x")).toMatchObject({ finishReason: "length" });
    expect(await otlp.close()).toEqual({ sent: 0, lost: 1 });
  });

  test("an address that is none is refused, unshown", async () => {
    await expect(startOtlp({ url: "canary", version: "1" })).rejects.toThrow(/^--otlp: not the address of a collector/);
  });
});

describe("metrics", () => {
  test("are scraped while calls are made: seconds, tokens, errors, calls under way", async () => {
    const { registry, observer, count, plan } = await chatMetrics({ requestModels: ["GPT-5"], models: ["mine"] });
    const server = await serveMetrics(registry, 0);
    onTestFinished(() => server.close());
    const scrape = async (): Promise<string> => await (await fetch(server.url)).text();
    const ask = await simulated({ faults: [{ kind: "hang", models: ["GPT-5"] }] }, [observer]);
    plan("mine", 3);
    void ask("hangs");
    await ask("one", "unheard-of");
    count({ model: "mine", outcome: "done", costUsd: 0.25 });
    count({ model: "mine", outcome: "cached", costUsd: 9 });
    count({ model: "mine", outcome: "failed", costUsd: NaN });
    const text = await scrape();
    const call = 'gen_ai_operation_name="chat",gen_ai_provider_name="openai",gen_ai_request_model';
    expect(text).toContain(`signalbox_calls_in_flight{${call}="GPT-5"} 1`);
    expect(text).toContain(`gen_ai_client_operation_duration_seconds_count{${call}="other"} 1`);
    expect(text).toContain(`gen_ai_client_operation_time_to_first_chunk_seconds_count{${call}="other"} 1`);
    expect(text).toContain(`gen_ai_client_token_usage_count{${call}="other",gen_ai_token_type="output"} 1`);
    expect(text).toContain('signalbox_outcomes_total{model="mine",outcome="failed"} 1');
    expect(text).toContain('signalbox_cost_usd_total{model="mine"} 0.25');
    expect(text).toContain('signalbox_calls_planned{model="mine"} 3');
  });

  test("ten thousand names from outside make no new series", async () => {
    const { registry, observer, count } = await chatMetrics({ requestModels: ["GPT-5"], models: ["mine"] });
    const subject = callSubject("openai", undefined);
    const seriesAfter = async (names: number): Promise<number> => {
      for (let i = 0; i < names; i++) {
        observer.begin(subject, { model: `name ${i}`, messages: [], parameters: {} })({ errorType: "500" });
        count({ model: `name ${i}`, outcome: "done", costUsd: 1 });
      }
      return (await registry.metrics()).split("\n").length;
    };
    expect(await seriesAfter(10_000)).toBe(await seriesAfter(1));
  });

  test("nothing else is served, and nothing but loopback is listened on", async () => {
    const { registry } = await chatMetrics({ requestModels: [], models: [] });
    const server = await serveMetrics(registry, 0);
    onTestFinished(() => server.close());
    expect((await fetch(new URL("/", server.url))).status).toBe(404);
    expect((await fetch(server.url, { method: "POST" })).status).toBe(404);
    expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:/);
    await expect(serveMetrics(registry, Number(new URL(server.url).port))).rejects.toThrow(/another port/);
  });
});

test.each([
  ["https://api.openai.com/v1", "openai", 443],
  ["https://my.openai.azure.com/v1", "azure.ai.openai", 443],
  ["https://openrouter.ai/api/v1", "openrouter", 443],
  ["http://127.0.0.1:8000/v1", "openai", 8000],
  ["https://api.anthropic.com.evil.example/v1", "openai", 443],
])("%s is asked of %s", (address, provider, port) => {
  expect(callSubject("openai", address)).toMatchObject({ provider, port });
});
