import type { ServerResponse } from "node:http";
import { expect, onTestFinished, test } from "vitest";
import { chainDecider, testGateway } from "../../test/support/gateway.ts";
import type { TestGateway } from "../../test/support/gateway.ts";
import { json, scriptedServer } from "../../test/support/scripted-server.ts";
import type { SpendRecord } from "../gateway-state/spend-record.ts";
import type { CascadeStep, ServedDecision } from "../serving/decider.ts";
import { spendOfCall } from "./spend-of-call.ts";

const chat = { model: "auto", messages: [{ role: "user", content: "x" }] };
/** 10 tokens at 1 USD a million, 3 at 1000. */
const answerUsd = 0.00301;
/** The body at four characters a token. */
const promptUsd = Math.ceil(JSON.stringify(chat).length / 4) / 1e6;

function answer(response: ServerResponse): void {
  const choices = [{ index: 0, message: { role: "assistant", content: "y" }, finish_reason: "stop" }];
  json(response, { choices, usage: { prompt_tokens: 10, completion_tokens: 3 } });
}

async function serving(
  script: readonly ((response: ServerResponse) => void)[],
  change: Partial<ServedDecision> = {},
): Promise<TestGateway> {
  const server = await scriptedServer((_, response, nth) => (script[nth] ?? answer)(response));
  onTestFinished(() => server.close());
  const models = ["a", "b"].map((name) => ({ name, urls: [`${server.url}/v1`] }));
  return await testGateway(models, { decider: chainDecider(["a", "b"], change) });
}

async function spent(gateway: TestGateway): Promise<SpendRecord[]> {
  await expect.poll(() => gateway.records.length).toBe(1);
  return spendOfCall(gateway.records[0]!);
}

const brief = ({ model, served, costUsd, costSource }: SpendRecord): unknown[] => [model, served, costUsd, costSource];

test("each answer of a cascade has its line, and together they are the call's cost", async () => {
  const last: CascadeStep = { model: "b", isLast: true, next: () => "accept" };
  const gateway = await serving([], { cascade: { model: "a", isLast: false, next: () => last } });
  await gateway.post("/v1/chat/completions", chat);
  const lines = await spent(gateway);
  expect(lines.map(brief)).toEqual([
    ["a", false, answerUsd, "priced"],
    ["b", true, answerUsd, "priced"],
  ]);
  expect(gateway.records[0]!.costUsd).toBeCloseTo(2 * answerUsd, 12);
  const metrics = await (await fetch(`${gateway.url}/metrics`)).text();
  expect(metrics).toContain(`signalbox_cost_usd_total{model="a"} ${answerUsd}`);
  expect(metrics).toContain(`signalbox_cost_usd_total{model="b"} ${answerUsd}`);
});

test("an answer that was paid and not accepted has its line also where no other one came", async () => {
  const last: CascadeStep = { model: "b", isLast: true, next: () => "accept" };
  const refuse = (response: ServerResponse): void => json(response, {}, 401);
  const gateway = await serving([answer, refuse, refuse], { cascade: { model: "a", isLast: false, next: () => last } });
  expect((await gateway.post("/v1/chat/completions", chat)).status).toBe(502);
  expect((await spent(gateway)).map(brief)).toEqual([["a", false, answerUsd, "priced"]]);
});

test("an attempt that may be billed has a line with an estimate, one that was refused has none", async () => {
  const cut = (response: ServerResponse): void => {
    response.writeHead(200, { "content-type": "application/json", "content-length": 999 });
    response.write('{"cho', () => response.socket?.destroy());
  };
  const refuse = (response: ServerResponse): void => json(response, {}, 503);
  const gateway = await serving([cut, refuse]);
  await gateway.post("/v1/chat/completions", chat);
  expect((await spent(gateway)).map(brief)).toEqual([
    ["a", false, promptUsd, "estimated"],
    ["a", true, answerUsd, "priced"],
  ]);
});

test("a client that leaves before the first token owes the prompt that was read", async () => {
  let asked = (): void => undefined;
  const isAsked = new Promise<void>((resolve) => (asked = resolve));
  const gateway = await serving([() => asked()]);
  const leaving = new AbortController();
  const call = gateway.post("/v1/chat/completions", chat, { signal: leaving.signal });
  await isAsked;
  leaving.abort();
  await expect(call).rejects.toThrow();
  const lines = await spent(gateway);
  expect(lines.map(brief)).toEqual([["a", false, expect.any(Number), "estimated"]]);
  expect(lines[0]!.costUsd).toBeGreaterThan(0);
});

test("what no model was asked for costs nothing", async () => {
  const gateway = await serving([]);
  await gateway.post("/v1/chat/completions", { model: "auto" });
  expect(await spent(gateway)).toEqual([]);
});
