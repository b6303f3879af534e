/** A gateway that is changed while it serves. */
import { expect, onTestFinished, test } from "vitest";
import { chainDecider, testGateway, testParts } from "../../test/support/gateway.ts";
import type { TestGateway } from "../../test/support/gateway.ts";
import { json, scriptedServer } from "../../test/support/scripted-server.ts";
import { UsageError } from "../core/errors.ts";
import { memoryState } from "../gateway-state/memory-state.ts";
import { defaultStateOptions } from "../gateway-state/state-options.ts";
import type { GatewayParts } from "./gateway-parts.ts";

const chat = { model: "auto", messages: [{ role: "user", content: "x" }] };

/** Streams an answer whose end waits until it is told. */
async function slowUpstream(): Promise<{ readonly url: string; readonly finish: () => void }> {
  let finish = (): void => undefined;
  const server = await scriptedServer((_, response) => {
    const piece = (text: string): string => `data: {"choices":[{"index":0,"delta":{"content":"${text}"}}]}\n\n`;
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(piece("begun"));
    finish = () => response.end(`${piece("ended")}data: [DONE]\n\n`);
  });
  onTestFinished(() => server.close());
  return { url: `${server.url}/v1`, finish: () => finish() };
}

async function quickUpstream(): Promise<string> {
  const server = await scriptedServer((_, response) =>
    json(response, { choices: [{ message: { role: "assistant", content: "y" }, finish_reason: "stop" }] }),
  );
  onTestFinished(() => server.close());
  return `${server.url}/v1`;
}

/** Parts that say when they are closed. */
function parts(name: string, url: string, policyHash: string): GatewayParts & { readonly closed: Promise<void> } {
  const opened = testParts([{ name, urls: [url] }], { decider: chainDecider([name], { policyHash }) });
  let close = (): void => undefined;
  const closed = new Promise<void>((resolve) => (close = resolve));
  return { ...opened, closed, close: () => opened.close().then(close) };
}

async function ask(gateway: TestGateway): Promise<(string | null)[]> {
  const { headers } = await gateway.post("/v1/chat/completions", chat);
  return [headers.get("x-signalbox-model"), headers.get("x-signalbox-policy-hash")];
}

async function metricsOf({ url }: TestGateway): Promise<string> {
  return await (await fetch(`${url}/metrics`)).text();
}

test("a stream under way ends whole by the old rule, the next call is by the new one, then the old one is closed", async () => {
  const slow = await slowUpstream();
  const old = parts("old", slow.url, "0123456789abcdef");
  const gateway = await testGateway([], { more: old });
  const stream = await gateway.post("/v1/chat/completions", { ...chat, stream: true });
  expect(stream.headers.get("x-signalbox-policy-hash")).toBe("0123456789abcdef");

  const next = parts("new", await quickUpstream(), "fedcba9876543210");
  expect(await gateway.reload(() => Promise.resolve(next))).toEqual({ status: "changed", waiting: [] });
  expect(await ask(gateway)).toEqual(["new", "fedcba9876543210"]);
  expect(await (await fetch(`${gateway.url}/ready`)).json()).toMatchObject({ callsUnderWay: 1 });

  slow.finish();
  expect(await stream.text()).toMatch(/begun[\s\S]*ended[\s\S]*\[DONE\]/);
  await old.closed;
  expect(gateway.records.map(({ model }) => model)).toEqual(["new", "old"]);
  const metrics = await metricsOf(gateway);
  expect(metrics).toContain('signalbox_reloads_total{result="changed"} 1');
  expect(metrics).toContain('outcome="answered",model="new"');
});

test("what cannot be opened changes nothing, and the reason is given", async () => {
  const gateway = await testGateway([], { more: parts("old", await quickUpstream(), "0123456789abcdef") });
  const error = new UsageError({ problem: "the file is broken" });
  expect(await gateway.reload(() => Promise.reject(error))).toEqual({ status: "kept", error });
  expect(await ask(gateway)).toEqual(["old", "0123456789abcdef"]);
  expect(await metricsOf(gateway)).toContain('signalbox_reloads_total{result="kept"} 1');
});

test("of changes one after the other the last one holds, and all that were passed over are closed", async () => {
  const url = await quickUpstream();
  const [first, second, third] = ["1", "2", "3"].map((name) => parts(name, url, name.repeat(16)));
  const gateway = await testGateway([], { more: first! });
  await Promise.all([gateway.reload(() => Promise.resolve(second!)), gateway.reload(() => Promise.resolve(third!))]);
  await Promise.all([first!.closed, second!.closed]);
  expect(await ask(gateway)).toEqual(["3", "3".repeat(16)]);
});

test("settings of the door wait for the next start, and are named", async () => {
  const url = await quickUpstream();
  const gateway = await testGateway([], { more: parts("old", url, "0123456789abcdef") });
  const settings = { keys: "required", state: "elsewhere", limits: { bodyMiB: 1, depth: 3 }, fallbacks: 0 };
  const next = testParts([{ name: "new", urls: [url] }], { settings });
  expect(await gateway.reload(() => Promise.resolve(next))).toEqual({
    status: "changed",
    waiting: ["gateway.keys", "gateway.state", "gateway.limits.bodyMiB"],
  });
  // No key is asked for, and the new depth holds.
  expect((await gateway.post("/v1/chat/completions", chat)).status).toBe(200);
  expect((await gateway.post("/v1/chat/completions", { ...chat, x: [[[[]]]] })).status).toBe(400);
});

test("stopping waits for the calls of every generation", async () => {
  const slow = await slowUpstream();
  const old = parts("old", slow.url, "0123456789abcdef");
  const next = parts("new", await quickUpstream(), "fedcba9876543210");
  const gateway = await testGateway([], { more: old });
  const stream = await gateway.post("/v1/chat/completions", { ...chat, stream: true });
  await gateway.reload(() => Promise.resolve(next));
  const closing = gateway.close();
  slow.finish();
  expect(await stream.text()).toContain("[DONE]");
  await Promise.all([closing, old.closed, next.closed]);
});

test("new budgets hold for the next call, and what was spent before counts", async () => {
  const url = await quickUpstream();
  const capped = (usd: number): GatewayParts =>
    testParts([{ name: "a", urls: [url] }], { settings: { budgets: { gateway: { total: usd } } } });
  const { state } = memoryState({ ...defaultStateOptions, caps: { gateway: { total: 100 } } });
  const gateway = await testGateway([{ name: "a", urls: [url] }], { state });
  const status = async (): Promise<number> => (await gateway.post("/v1/chat/completions", chat)).status;
  expect(await status()).toBe(200);
  await gateway.reload(() => Promise.resolve(capped(0.000001)));
  expect(await status()).toBe(429);
  await gateway.reload(() => Promise.resolve(capped(100)));
  expect(await status()).toBe(200);
});

test("longer deadlines hold money longer", async () => {
  const { state } = memoryState(defaultStateOptions);
  onTestFinished(() => state.close());
  const told: number[] = [];
  const change: typeof state.budgets.change = (next) => {
    told.push(next.longestCallMs);
    state.budgets.change(next);
  };
  const watched = { ...state, budgets: { ...state.budgets, change } };
  const gateway = await testGateway([], { state: watched });
  const settings = { deadlines: { totalSeconds: 7200, drainSeconds: 60 } };
  await gateway.reload(() => Promise.resolve(testParts([], { settings })));
  expect(told).toEqual([7_260_000]);
});
