/** The gateway over real sockets: what passes untouched, what a client is told, what is refused. */
import { array, assert, constant, constantFrom, jsonValue, oneof, property, string, tuple } from "fast-check";
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-base";
import { describe, expect, onTestFinished, test } from "vitest";
import { canaryKey, chainDecider, testGateway } from "../../test/support/gateway.ts";
import { rawRequest } from "../../test/support/raw-request.ts";
import { json, scriptedServer } from "../../test/support/scripted-server.ts";
import type { Answer, ScriptedServer } from "../../test/support/scripted-server.ts";
import { recordMetrics } from "./record-metrics.ts";
import { recordSpans } from "./record-spans.ts";
import { scanTopLevel } from "./body/top-level.ts";
import { withValue } from "./body/with-value.ts";

export const completion = {
  id: "c1",
  object: "chat.completion",
  model: "up-a",
  choices: [{ index: 0, message: { role: "assistant", content: "Four." }, finish_reason: "stop" }],
  usage: { prompt_tokens: 10, completion_tokens: 3, total_tokens: 13 },
};

async function upstream(answer: Answer = (_, response) => json(response, completion)): Promise<ScriptedServer> {
  const server = await scriptedServer(answer);
  onTestFinished(() => server.close());
  return server;
}

const chat = { model: "auto", messages: [{ role: "user", content: "What is 2 + 2?" }] };

describe("bodies", () => {
  test("pass byte for byte, spaces, unknown fields and odd numbers included, but for the model", async () => {
    const server = await upstream();
    const gateway = await testGateway([{ name: "a", urls: [`${server.url}/v1`] }]);
    const body = `{ "seed": 1.0e2,\t"model" : "auto" , "messages":[{"role":"user","content":"\\u00e9 \\"model\\": 1"}],\n "x": {"model":"keep"}, "big": 12345678901234567890 }`;
    expect((await gateway.post("/v1/chat/completions", body)).status).toBe(200);
    expect(server.requests[0]!.body).toBe(body.replace('"auto"', '"up-a"'));
    expect(server.requests[0]!.path).toBe("/v1/chat/completions");
    expect(server.requests[0]!.headers.authorization).toBe(`Bearer ${canaryKey}`);
  });

  test("a model that stands twice, or under a key with escapes, is replaced everywhere", async () => {
    const server = await upstream();
    const gateway = await testGateway([{ name: "a", urls: [`${server.url}/v1`] }]);
    const body = '{"model":"other","mod\\u0065l":"auto","messages":[{"role":"user","content":"x"}]}';
    await gateway.post("/v1/chat/completions", body);
    expect(server.requests[0]!.body).toBe(body.replace('"other"', '"up-a"').replace('"auto"', '"up-a"'));
  });

  test("for any JSON, replacing a value by scanning is replacing it by parsing", () => {
    const text = array(
      tuple(oneof(constant("model"), string()), jsonValue({ maxDepth: 4 }), constantFrom("", " ", "\n")),
    );
    assert(
      property(text, (entries) => {
        const fields = entries.map(
          ([key, value, gap]) => `${gap}${JSON.stringify(key)}${gap}:${gap}${JSON.stringify(value)}${gap}`,
        );
        const bytes = Buffer.from(`{${fields.join(",")}}`);
        const { values } = scanTopLevel(bytes, "model", 100);
        expect(values).toHaveLength(entries.filter(([key]) => key === "model").length);
        const spliced = JSON.parse(withValue(bytes, values, "new").toString()) as Record<string, unknown>;
        const wanted = JSON.parse(bytes.toString()) as Record<string, unknown>;
        if (Object.hasOwn(wanted, "model")) wanted["model"] = "new";
        expect(spliced).toEqual(wanted);
      }),
    );
  });

  test.each([
    ["no JSON", "{", "body_not_json"],
    ["a list", "[]", "body_not_json"],
    ["no model", '{"messages":[]}', "model_missing"],
    ["nested too deep", `{"model":"auto","x":${"[".repeat(200)}${"]".repeat(200)}}`, "body_too_deep"],
    ["no messages", '{"model":"auto"}', "messages_missing"],
  ])("%s is refused in OpenAI's shape", async (_, body, code) => {
    const gateway = await testGateway([{ name: "a", urls: ["http://127.0.0.1:1/v1"] }]);
    const response = await gateway.post("/v1/chat/completions", body);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { code, type: "invalid_request_error" } });
  });

  test("too large a body is refused by its length, and by what comes where the length is not told", async () => {
    const gateway = await testGateway([{ name: "a", urls: ["http://127.0.0.1:1/v1"] }], {
      settings: { limits: { bodyMiB: 0.001 } },
    });
    const long = JSON.stringify({ ...chat, x: "x".repeat(2000) });
    const chunked = new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode(long));
        controller.close();
      },
    });
    for (const body of [long, chunked]) {
      const response = await gateway.post("/v1/chat/completions", "", { body, duplex: "half" });
      expect(response.status).toBe(413);
      expect(await response.json()).toMatchObject({ error: { code: "body_too_large" } });
    }
  });

  test("a page in a browser cannot post: other content types and other hosts are refused", async () => {
    const gateway = await testGateway([{ name: "a", urls: ["http://127.0.0.1:1/v1"] }]);
    const plain = await gateway.post("/v1/chat/completions", chat, { headers: { "content-type": "text/plain" } });
    expect([plain.status, await plain.json()]).toMatchObject([415, { error: { code: "not_json" } }]);
    const rebound = await rawRequest(gateway.url, "GET /v1/models HTTP/1.1\r\nHost: evil.example\r\n\r\n");
    expect(rebound).toMatch(/^HTTP\/1\.1 403 [\s\S]*foreign_host/);
  });

  test("a client that trickles its request is answered 408 and gone", async () => {
    const gateway = await testGateway([{ name: "a", urls: ["http://127.0.0.1:1/v1"] }], {
      settings: { limits: { slowClientSeconds: 0.2 } },
    });
    const head = "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";
    expect(await rawRequest(gateway.url, `${head}Content-Length: 100\r\n\r\n{"mo`)).toMatch(/^HTTP\/1\.1 408/);
    expect(await rawRequest(gateway.url, `GET / HTTP/1.1\r\nX: ${"y".repeat(20_000)}\r\n\r\n`)).toMatch(/ 431 /);
  });
});

describe("answers", () => {
  test("come as the endpoint gave them, with what was decided in headers and nothing else of the endpoint", async () => {
    const body = `{"id":"x",  "choices":[{"message":{"content":"hi"}}], "odd": 1.50 }`;
    const server = await upstream((_, response) => {
      response.writeHead(200, { "content-type": "application/json", "set-cookie": "a=b", "x-request-id": "up-1" });
      response.end(body);
    });
    const gateway = await testGateway([{ name: "a", urls: [`${server.url}/v1`] }]);
    const response = await gateway.post("/v1/chat/completions", chat);
    expect(await response.text()).toBe(body);
    const headers = Object.fromEntries(response.headers);
    expect(headers).toMatchObject({
      "x-request-id": "up-1",
      "x-signalbox-model": "a",
      "x-signalbox-router": "chain",
      "x-signalbox-reason": "first of the chain",
      "x-signalbox-score": "0.75",
      "x-signalbox-cost-usd": "0.001",
      "x-signalbox-policy-hash": "0123456789abcdef",
      "x-signalbox-decision-us": "13",
    });
    expect(headers["x-signalbox-request-id"]).toMatch(/^sb-/);
    expect(headers).not.toHaveProperty("set-cookie");
    expect(headers).not.toHaveProperty("x-signalbox-alternatives");
  });

  test("name the alternatives when they are asked for", async () => {
    const server = await upstream();
    const urls = [`${server.url}/v1`];
    const gateway = await testGateway([
      { name: "a", urls },
      { name: "b", urls },
    ]);
    const response = await gateway.post("/v1/chat/completions", chat, { headers: { "x-signalbox-explain": "1" } });
    expect(response.headers.get("x-signalbox-alternatives")).toBe("b;score=0.5;cost-usd=0.0005");
  });

  test("a model that is named bypasses the router", async () => {
    const server = await upstream();
    const urls = [`${server.url}/v1`];
    const gateway = await testGateway([
      { name: "a", urls },
      { name: "b", urls },
    ]);
    const response = await gateway.post("/v1/chat/completions", { ...chat, model: "b" });
    expect(response.headers.get("x-signalbox-model")).toBe("b");
    expect(response.headers.has("x-signalbox-router")).toBe(false);
    const unknown = await gateway.post("/v1/chat/completions", { ...chat, model: "autoo" });
    expect(unknown.status).toBe(404);
    expect(JSON.stringify(await unknown.json())).toMatch(/model_not_found/);
  });

  test("what an endpoint finds wrong with the request is the client's to read", async () => {
    const problem = { error: { message: "temperature is too high", type: "invalid_request_error" } };
    const server = await upstream((_, response) => json(response, problem, 400));
    const gateway = await testGateway([{ name: "a", urls: [`${server.url}/v1`] }]);
    const response = await gateway.post("/v1/chat/completions", chat);
    expect([response.status, await response.json()]).toEqual([400, problem]);
    expect(server.requests).toHaveLength(1);
    expect(gateway.records[0]).toMatchObject({ outcome: "passed-on", status: 400 });
  });

  test("are recorded with tokens, cost and time, and without content", async () => {
    const server = await upstream();
    const gateway = await testGateway([{ name: "a", urls: [`${server.url}/v1`] }]);
    await gateway.post("/v1/chat/completions", chat);
    expect(gateway.records[0]).toMatchObject({
      operation: "chat",
      asked: "auto",
      outcome: "answered",
      model: "a",
      router: "chain",
      usage: { inputTokens: 10, outputTokens: 3 },
      costSource: "priced",
    });
    expect(gateway.records[0]!.costUsd).toBeCloseTo(0.00301, 10);
    expect(JSON.stringify(gateway.records)).not.toMatch(/2 \+ 2|Four/);
  });
});

describe("other routes", () => {
  test("the decision alone calls nobody", async () => {
    const server = await upstream();
    const gateway = await testGateway([{ name: "a", urls: [`${server.url}/v1`] }]);
    const response = await gateway.post("/v1/route", chat);
    expect(await response.json()).toMatchObject({ model: "a", router: "chain", score: 0.75, alternatives: [] });
    expect(server.requests).toHaveLength(0);
  });

  test("models, health, ready, and a door kept for the control room", async () => {
    const gateway = await testGateway([{ name: "a", urls: ["http://127.0.0.1:1/v1"] }]);
    const get = async (path: string): Promise<[number, unknown]> => {
      const response = await fetch(gateway.url + path);
      return [response.status, await response.json()];
    };
    const [status, models] = await get("/v1/models");
    expect(status).toBe(200);
    expect((models as { data: { id: string }[] }).data.map(({ id }) => id)).toEqual(["auto", "router-chain", "a"]);
    expect(await get("/health")).toEqual([200, { status: "ok" }]);
    expect(await get("/ready")).toMatchObject([200, { status: "ready" }]);
    expect(await get("/ui")).toMatchObject([404, { error: { code: "not_built" } }]);
    expect(await get("/v1/nothing")).toMatchObject([404, { error: { code: "not_found" } }]);
  });

  test.each([
    ["POST", "/chat/completions", /Did you mean \/v1\/chat\/completions\?/],
    ["POST", "/v1/v1/messages", /Did you mean \/v1\/messages\?/],
    ["GET", "/v1/models/", /Did you mean \/v1\/models\?/],
    ["GET", "/v1/chat/completions", /Send it as POST/],
    ["GET", "/", /Clients ask under \/v1/],
  ])("%s %s is no address here, and the near one is told", async (method, path, mend) => {
    const gateway = await testGateway([{ name: "a", urls: ["http://127.0.0.1:1/v1"] }]);
    const response = await fetch(gateway.url + path, { method });
    expect([response.status, await response.text()]).toEqual([404, expect.stringMatching(mend)]);
  });

  test("a router none of whose models speaks the format says so, and not that they were excluded", async () => {
    const gateway = await testGateway([{ name: "a", urls: ["http://127.0.0.1:1/v1"] }]);
    const response = await gateway.post("/v1/messages", { ...chat, max_tokens: 5 });
    const { error } = (await response.json()) as { error: { code: string; message: string } };
    expect([response.status, error.code]).toEqual([400, "other_wire_format"]);
    expect(error.message).toMatch(/speaks Anthropic's format. Ask at \/v1\/chat\/completions/);
  });
});

test("metrics count calls, and ten thousand names from outside make no new series", async () => {
  const server = await upstream();
  const gateway = await testGateway([{ name: "a", urls: [`${server.url}/v1`] }]);
  await gateway.post("/v1/chat/completions", chat);
  const scrape = async (): Promise<string> => (await fetch(`${gateway.url}/metrics`)).text();
  const text = await scrape();
  expect(text).toContain('signalbox_requests_total{operation="chat",outcome="answered",model="a",router="chain"} 1');
  expect(text).toContain('signalbox_cost_usd_total{model="a"} 0.00301');
  const { registry, observe } = await recordMetrics({ models: ["a"], routers: ["chain"] });
  const seriesAfter = async (names: number): Promise<number> => {
    for (let i = 0; i < names; i++)
      observe({ ...gateway.records[0]!, model: `m${i}`, router: `r${i}`, asked: `x${i}` });
    return (await registry.metrics()).split("\n").length;
  };
  expect(await seriesAfter(10_000)).toBe(await seriesAfter(1));
});

test("a call is a server span by the GenAI conventions, without content", async () => {
  const exporter = new InMemorySpanExporter();
  const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  const server = await upstream();
  const observe = recordSpans(provider.getTracer("test"));
  const gateway = await testGateway([{ name: "a", urls: [`${server.url}/v1`] }], { more: { onCall: observe } });
  await gateway.post("/v1/chat/completions", chat);
  const [span] = exporter.getFinishedSpans();
  expect(span).toMatchObject({ name: "chat a", kind: 1 });
  expect(span!.attributes).toMatchObject({
    "gen_ai.operation.name": "chat",
    "gen_ai.request.model": "auto",
    "gen_ai.response.model": "a",
    "gen_ai.usage.output_tokens": 3,
    "signalbox.router": "chain",
    "http.response.status_code": 200,
  });
  expect(JSON.stringify(span!.attributes)).not.toMatch(/2 \+ 2|Four/);
});

test("an address that others can reach is refused", async () => {
  await expect(testGateway([], { settings: { listen: "0.0.0.0:0" } })).rejects.toThrow(/nobody is asked for a key/);
});

test("stopping waits for the answer under way, and takes no new call", async () => {
  let finish = (): void => undefined;
  const server = await upstream((_, response) => {
    finish = () => json(response, completion);
  });
  const gateway = await testGateway([{ name: "a", urls: [`${server.url}/v1`] }], { decider: chainDecider(["a"]) });
  const pending = gateway.post("/v1/chat/completions", chat);
  await expect.poll(() => server.requests.length).toBe(1);
  const closing = gateway.close();
  finish();
  expect((await pending).status).toBe(200);
  await closing;
  await expect(fetch(`${gateway.url}/health`)).rejects.toThrow();
});
