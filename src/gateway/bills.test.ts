/** What is paid for stands in the books, whoever got it, and no word of a client or an endpoint makes a bill that cannot be. */
import { describe, expect, onTestFinished, test } from "vitest";
import { faultServer, piece, reply, streamHead } from "../../test/support/fault-server.ts";
import { testGateway } from "../../test/support/gateway.ts";
import type { TestGateway } from "../../test/support/gateway.ts";
import { json, scriptedServer } from "../../test/support/scripted-server.ts";
import type { Answer, ScriptedServer } from "../../test/support/scripted-server.ts";
import { memoryState } from "../gateway-state/memory-state.ts";
import { defaultStateOptions } from "../gateway-state/state-options.ts";

const usage = { prompt_tokens: 10, completion_tokens: 10 };
const messages = [{ role: "user", content: "x" }];
const chat = { model: "auto", messages };
const event = (body: unknown): string => `data: ${JSON.stringify(body)}\n\n`;

async function answering(
  answer: Answer,
  names: readonly string[] = ["a"],
  options: Parameters<typeof testGateway>[1] = {},
): Promise<TestGateway & { readonly server: ScriptedServer }> {
  const server = await scriptedServer(answer);
  onTestFinished(() => server.close());
  const models = names.map((name) => ({ name, urls: [`${server.url}/v1`] }));
  return { ...(await testGateway(models, options)), server };
}

test("the prompt of a client that leaves while the second model is asked is paid to that one", async () => {
  const { state } = memoryState(defaultStateOptions);
  onTestFinished(() => state.close());
  const broken = await faultServer((socket) => socket.write(reply(500, { "content-type": "application/json" }, "{}")));
  const hanging = await faultServer(() => undefined);
  const models = [
    { name: "a", urls: [broken.url] },
    { name: "b", urls: [hanging.url] },
  ];
  const gateway = await testGateway(models, { state, settings: { retries: { attempts: 0 } } });
  const stop = new AbortController();
  const asking = gateway.post("/v1/chat/completions", chat, { signal: stop.signal }).catch(() => undefined);
  await expect.poll(() => hanging.requests, { timeout: 30_000 }).toBe(1);
  stop.abort();
  await asking;
  await expect.poll(() => gateway.records.length, { timeout: 30_000 }).toBe(1);
  expect(gateway.records[0]).toMatchObject({ outcome: "left", paid: { model: "b", costSource: "estimated" } });
});

describe("what a client asks for is held within bounds", () => {
  test.each([
    ["answers without number", { n: 1e9, max_tokens: 1e7 }],
    ["a limit without bound", { max_tokens: 1e300 }],
  ])("%s is no defect of ours", async (_, more) => {
    const whole = { choices: [{ message: { role: "assistant", content: "hi" } }], usage };
    const gateway = await answering((__, response) => json(response, whole));
    expect((await gateway.post("/v1/chat/completions", { ...chat, ...more })).status).toBe(200);
    expect(gateway.defects).toEqual([]);
  });

  test("of two limits the wider one is held of a budget", async () => {
    const { state } = memoryState({ ...defaultStateOptions, caps: { gateway: { total: 1 } } });
    onTestFinished(() => state.close());
    const gateway = await answering((_, response) => json(response, {}), ["a"], { state });
    const limits = { max_completion_tokens: 1, max_tokens: 5000 };
    const response = await gateway.post("/v1/chat/completions", { ...chat, ...limits });
    expect([response.status, gateway.server.requests.length]).toEqual([429, 0]);
  });
});

describe("usage", () => {
  const call = { id: "c", type: "function", function: { name: "add", arguments: '{"a": 1}' } };
  const called = (said: object): object => ({
    choices: [{ message: { role: "assistant", content: null, tool_calls: [call] } }],
    usage: said,
  });

  test.each([
    ["of more tokens than any answer has", { prompt_tokens: 10, completion_tokens: 1e8 }],
    ["of a longer prompt than was sent", { prompt_tokens: 1e8, completion_tokens: 1 }],
  ])("of a call of tools: one %s is not billed", async (_, said) => {
    const gateway = await answering((__, response) => json(response, called(said)));
    await gateway.post("/v1/chat/completions", chat);
    expect(gateway.records[0]).toMatchObject({ costSource: "estimated" });
    expect(gateway.records[0]!.costUsd).toBeLessThan(1);
  });

  test("of a conversation that the endpoint keeps is billed, though little of it was sent", async () => {
    const output = [{ type: "message", content: [{ type: "output_text", text: "hi" }] }];
    const said = { input_tokens: 150_000, output_tokens: 2 };
    const gateway = await answering((_, response) => json(response, { output, usage: said }));
    await gateway.post("/v1/responses", { model: "auto", input: "go on", previous_response_id: "resp_1" });
    expect(gateway.records[0]).toMatchObject({ costSource: "priced", usage: { inputTokens: 150_000 } });
  });

  test("of a stream that calls tools and tells none: the call itself is counted", async () => {
    const delta = (text: string): object => ({ tool_calls: [{ index: 0, function: { arguments: text } }] });
    const gateway = await answering((_, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      for (let i = 0; i < 10; i++) response.write(event({ choices: [{ index: 0, delta: delta("y".repeat(400)) }] }));
      response.end(`${event({ choices: [{ index: 0, delta: {}, finish_reason: "tool_calls" }] })}data: [DONE]\n\n`);
    });
    await (await gateway.post("/v1/chat/completions", { ...chat, stream: true })).text();
    await expect.poll(() => gateway.records.length, { timeout: 30_000 }).toBe(1);
    expect(gateway.records[0]).toMatchObject({ costSource: "estimated", usage: { outputTokens: 1000 } });
  });

  test("of a whole answer that calls tools and tells none: the call is counted as well", async () => {
    const long = { ...call, function: { name: "add", arguments: "y".repeat(397) } };
    const message = { role: "assistant", content: null, tool_calls: [long] };
    const gateway = await answering((_, response) => json(response, { choices: [{ message }] }));
    await gateway.post("/v1/chat/completions", chat);
    expect(gateway.records[0]).toMatchObject({ costSource: "estimated", usage: { outputTokens: 100 } });
  });

  test("of a response that broke off is all that it said: thoughts, refusals, arguments", async () => {
    const kinds = ["reasoning_summary_text", "reasoning_text", "refusal", "function_call_arguments", "output_text"];
    const said = kinds.map((kind) => piece(event({ type: `response.${kind}.delta`, delta: "z".repeat(400) })));
    const server = await faultServer((socket) => socket.end(streamHead + said.join("")));
    const gateway = await testGateway([{ name: "a", urls: [server.url] }]);
    await (await gateway.post("/v1/responses", { model: "auto", input: "x", stream: true })).text();
    await expect.poll(() => gateway.records.length, { timeout: 30_000 }).toBe(1);
    expect(gateway.records[0]).toMatchObject({ outcome: "cut", usage: { outputTokens: 500 } });
  });

  test("of an Anthropic stream that broke off is what it said, not the one token that it began with", async () => {
    const start = { type: "message_start", message: { usage: { input_tokens: 10, output_tokens: 1 } } };
    const thought = { type: "content_block_delta", delta: { type: "thinking_delta", thinking: "z".repeat(4000) } };
    const server = await faultServer((socket) => socket.end(streamHead + piece(event(start)) + piece(event(thought))));
    const gateway = await testGateway([{ name: "a", urls: [server.url], provider: "anthropic" }]);
    await (await gateway.post("/v1/messages", { ...chat, max_tokens: 9000, stream: true })).text();
    await expect.poll(() => gateway.records.length, { timeout: 30_000 }).toBe(1);
    expect(gateway.records[0]).toMatchObject({ outcome: "cut", usage: { outputTokens: 1000 } });
  });
});

test("an idempotency key is one client's and one model's, and the same for a retry", async () => {
  const gateway = await answering(
    (_, response, nth) => json(response, { error: {} }, nth === 1 ? 400 : 500),
    ["a", "b"],
    {
      settings: { retries: { attempts: 1, firstWaitSeconds: 0.001 } },
    },
  );
  const headers = { "idempotency-key": "once" };
  await gateway.post("/v1/chat/completions", chat, { headers });
  await gateway.post("/v1/chat/completions", chat, { headers });
  const sent = gateway.server.requests.map(({ body, headers: had }) => {
    const { model } = JSON.parse(body) as { model: string };
    return `${model} ${String(had["idempotency-key"])}`;
  });
  expect(new Set(sent.map((one) => one.split(" ")[0]))).toEqual(new Set(["up-a", "up-b"]));
  expect(new Set(sent).size).toBe(2);
  expect(new Set(sent.map((one) => one.split(" ")[1])).size).toBe(2);
  expect(sent.join()).not.toMatch(/ once\b/);
});
