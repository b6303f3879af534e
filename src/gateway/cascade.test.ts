/** A cascade at the gateway: what is not accepted never reaches the client, and is billed. */
import { expect, onTestFinished, test } from "vitest";
import { chainDecider, testGateway } from "../../test/support/gateway.ts";
import type { TestGateway } from "../../test/support/gateway.ts";
import { json, scriptedServer } from "../../test/support/scripted-server.ts";
import { memoryState } from "../gateway-state/memory-state.ts";
import { defaultStateOptions } from "../gateway-state/state-options.ts";
import type { GatewayState } from "../gateway-state/state.ts";
import type { CascadeStep } from "../serving/decider.ts";

const tooLong = { error: { code: "context_length_exceeded", message: "too long" } };
const usage = { prompt_tokens: 10, completion_tokens: 10, total_tokens: 20 };
const callUsd = 0.01001;

/** Accepts an answer that says "sure". */
function steps([model = "", ...others]: readonly string[]): CascadeStep {
  return {
    model,
    isLast: others.length === 0,
    next: (answer) => (answer?.text.includes("sure") || others.length === 0 ? "accept" : steps(others)),
  };
}

/** A model is named for what it says; "broken" fails, and for one that is "small" the prompt is too long. */
async function cascading(
  models: readonly string[],
  capabilities: object = {},
  state?: GatewayState,
): Promise<TestGateway> {
  const server = await scriptedServer(({ body }, response) => {
    const { model, stream } = JSON.parse(body) as { model: string; stream?: boolean };
    const content = model.slice("up-".length);
    if (content === "broken") return json(response, {}, 500);
    if (content.startsWith("small")) return json(response, tooLong, 400);
    if (content === "picky") return json(response, { error: { message: "too hot" } }, 400);
    if (!stream) return json(response, { choices: [{ message: { role: "assistant", content } }], usage });
    response.writeHead(200, { "content-type": "text/event-stream" });
    for (const piece of [content, "!"])
      response.write(`data: ${JSON.stringify({ choices: [{ index: 0, delta: { content: piece } }] })}\n\n`);
    const last = { choices: [{ index: 0, delta: {}, finish_reason: "stop" }], usage };
    return void response.end(`data: ${JSON.stringify(last)}\n\ndata: [DONE]\n\n`);
  });
  onTestFinished(() => server.close());
  const decider = chainDecider(models, { cascade: steps(models) });
  return await testGateway(
    models.map((name) => ({ name, urls: [`${server.url}/v1`] })),
    { decider, settings: { capabilities }, ...(state && { state }) },
  );
}

const chat = { model: "auto", messages: [{ role: "user", content: "x" }] };

test.each([
  ["the first answer that is accepted", ["sure", "never"], "sure", 1],
  ["the next one where the first is not", ["hm", "sure"], "sure", 2],
  ["the last one, whatever it says", ["hm", "well", "no"], "no", 3],
  ["the next one where a step fails", ["broken", "sure"], "sure", 1],
  ["the next one where the prompt is too long for a step", ["small", "sure"], "sure", 1],
])("the client gets %s, whole and streamed; every call is billed", async (_, models, wanted, calls) => {
  const gateway = await cascading(models);
  for (const stream of [false, true]) {
    // oxlint-disable-next-line no-await-in-loop
    const response = await gateway.post("/v1/chat/completions", { ...chat, stream });
    expect(response.headers.get("x-signalbox-model")).toBe(wanted);
    // oxlint-disable-next-line no-await-in-loop
    const text = await response.text();
    expect(models.filter((name) => text.includes(`"${name}"`))).toEqual([wanted]);
    if (stream) expect(text.endsWith("data: [DONE]\n\n")).toBe(true);
  }
  await expect.poll(() => gateway.records.length).toBe(2);
  for (const { costUsd } of gateway.records) expect(costUsd).toBeCloseTo(calls * callUsd, 8);
});

test("a model whose answer was not accepted is not asked, and paid, again when the last step fails", async () => {
  const gateway = await cascading(["hm", "broken"]);
  const response = await gateway.post("/v1/chat/completions", chat);
  expect(response.status).toBe(502);
  await expect.poll(() => gateway.records.length).toBe(1);
  expect(gateway.records[0]?.costUsd).toBeCloseTo(callUsd, 8);
});

test("a step that is no wider than the one for which the prompt was too long is not asked", async () => {
  const windows = {
    small: { contextTokens: 8000 },
    sure: { contextTokens: 8000 },
    "sure too": { contextTokens: 9000 },
  };
  const gateway = await cascading(["small", "sure", "sure too"], windows);
  const response = await gateway.post("/v1/chat/completions", chat);
  expect([response.status, response.headers.get("x-signalbox-model")]).toEqual([200, "sure too"]);
});

test.each([
  ["that the prompt is too long for all of them", ["small", "small too"], "context_length_exceeded"],
  ["what a step finds wrong with the request, whatever stands behind it", ["picky", "sure"], "too hot"],
])("the client reads %s", async (_, models, said) => {
  const gateway = await cascading(models);
  const response = await gateway.post("/v1/chat/completions", chat);
  expect([response.status, await response.text()]).toEqual([400, expect.stringContaining(said)]);
  await expect.poll(() => gateway.records.length).toBe(1);
  expect(gateway.records[0]).toMatchObject({ outcome: "passed-on", costUsd: 0 });
});

test("a budget's refusal names the model of the first step", async () => {
  const { state } = memoryState({ ...defaultStateOptions, caps: { gateway: { total: 0 } } });
  onTestFinished(() => state.close());
  const gateway = await cascading(["hm", "sure"], {}, state);
  const response = await gateway.post("/v1/chat/completions", chat);
  expect([response.status, await response.text()]).toEqual([429, expect.stringContaining("a call to hm")]);
});
