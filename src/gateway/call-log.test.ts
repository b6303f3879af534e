import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { canaryKey, chainDecider, testGateway } from "../../test/support/gateway.ts";
import type { TestGateway } from "../../test/support/gateway.ts";
import { json, scriptedServer } from "../../test/support/scripted-server.ts";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import type { ServedDecision } from "../serving/decider.ts";
import { openLineLog } from "../store/line-log.ts";
import { callLog } from "./call-log.ts";
import { RecentCalls } from "./recent-calls.ts";

const question = "canary-question";
const reply = "canary-answer";
const chat = { model: "auto", messages: [{ role: "user", content: question }] };

interface Logged {
  readonly gateway: TestGateway;
  readonly path: string;
  /** Ends the gateway and its log; gives the log's lines. */
  readonly lines: () => Promise<Record<string, unknown>[]>;
}

async function logged(
  options: { readonly content?: boolean; readonly mostBytes?: number; readonly said?: string } = {},
  decision: Partial<ServedDecision> = {},
): Promise<Logged> {
  const { content = false, mostBytes, said = reply } = options;
  const server = await scriptedServer((_, response) =>
    json(response, {
      choices: [{ message: { role: "assistant", content: said }, finish_reason: "stop" }],
      usage: { prompt_tokens: 10, completion_tokens: 3 },
    }),
  );
  onTestFinished(() => server.close());
  const path = join(await temporaryFolder(), "log", "calls.jsonl");
  const log = callLog(await openLineLog(path, { mostBytes }), { content });
  const models = [
    { name: "a", urls: [`${server.url}/v1`] },
    { name: "down", urls: ["http://127.0.0.1:1/v1"] },
  ];
  const lostLines = (): Record<string, number> => ({ calls: log.lost });
  const settings = { retries: { attempts: 0 } };
  const decider = chainDecider(["a"], decision);
  const gateway = await testGateway(models, { decider, settings, more: { log, lostLines } });
  const lines = async (): Promise<Record<string, unknown>[]> => {
    await gateway.close();
    await log.close();
    const text = await readFile(path, "utf8");
    return text.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line) as Record<string, unknown>]));
  };
  return { gateway, path, lines };
}

test("a decision's line says what was chosen and how it went, and neither prompt nor answer", async () => {
  const { gateway, path, lines } = await logged();
  const response = await gateway.post("/v1/chat/completions", chat);
  const [line, ...others] = await lines();
  expect(others).toEqual([]);
  expect(line).toMatchObject({
    kind: "decision",
    requestId: response.headers.get("x-signalbox-request-id"),
    router: "chain",
    chosen: "a",
    model: "a",
    propensity: 1,
    expectedScore: 0.75,
    inputTokens: 10,
    outputTokens: 3,
    content: null,
    call: { operation: "chat", outcome: "answered", status: 200, failures: [] },
  });
  expect(await readFile(path, "utf8")).not.toContain("canary");
});

test("content stands in it where that is asked for, without the keys that it quotes", async () => {
  const virtual = `sk-sb-${"v".repeat(43)}`;
  const { gateway, lines } = await logged({ content: true, said: `${reply} ${canaryKey} ${virtual}` });
  const content = `${question} ${canaryKey} "${virtual}"`;
  await gateway.post("/v1/chat/completions", { ...chat, messages: [{ role: "user", content }] });
  const [line] = await lines();
  expect(line!["content"]).toEqual({ prompt: `${question} [key] "[key]"`, answer: `${reply} [key] [key]` });
});

test("a call to a model by its name is one of its own kind; what nobody answered has no model", async () => {
  const { gateway, lines } = await logged();
  await gateway.post("/v1/chat/completions", { ...chat, model: "a" });
  await gateway.post("/v1/chat/completions", { ...chat, model: "down" });
  await gateway.post("/v1/chat/completions", { model: "auto" });
  expect(await lines()).toMatchObject([
    { kind: "named", model: "a", call: { outcome: "answered" } },
    {
      kind: "named",
      model: null,
      costUsd: 0,
      call: { outcome: "failed", status: 502, failures: [{ model: "down", failure: "connect" }] },
    },
  ]);
});

test("a shadow that is still deciding when the gateway ends has its line", async () => {
  let decide = (): void => undefined;
  const shadow = new Promise<{ router: string; model: string; problem: undefined }>((resolve) => {
    decide = () => resolve({ router: "other", model: "b", problem: undefined });
  });
  const { gateway, lines } = await logged({}, { shadow, arm: { name: "chain", propensity: 0.25 } });
  await gateway.post("/v1/chat/completions", chat);
  const ending = lines();
  decide();
  expect(await ending).toMatchObject([
    { shadow: { router: "other", model: "b" }, arm: { name: "chain", propensity: 0.25 } },
  ]);
});

test("a disk that fails costs lines, which are counted, and no call", async () => {
  const { gateway, path } = await logged({ mostBytes: 1 });
  const lost = async (): Promise<string | undefined> =>
    /signalbox_log_lines_lost_total\{log="calls"\} (\d+)/.exec(
      await (await fetch(`${gateway.url}/metrics`)).text(),
    )?.[1];
  expect((await gateway.post("/v1/chat/completions", chat)).status).toBe(200);
  await expect.poll(async () => await readFile(path, "utf8")).not.toBe("");
  expect(await lost()).toBe("0");
  await rm(join(path, ".."), { recursive: true });
  await writeFile(join(path, ".."), "no folder");
  expect((await gateway.post("/v1/chat/completions", chat)).status).toBe(200);
  await expect.poll(lost).toBe("1");
});

test("feedback is a line, and what is none is refused", async () => {
  const { gateway, lines } = await logged();
  const { headers } = await gateway.post("/v1/chat/completions", chat);
  const given = { requestId: headers.get("x-signalbox-request-id"), score: 0.5 };
  const taken = await gateway.post("/v1/feedback", given);
  expect([taken.status, await taken.json()]).toEqual([202, { status: "accepted", matched: "call" }]);
  for (const wrong of [{ requestId: given.requestId }, { ...given, score: 2 }, { ...given, prompt: "x" }, "{"]) {
    // oxlint-disable-next-line no-await-in-loop
    const refused = await gateway.post("/v1/feedback", wrong);
    // oxlint-disable-next-line no-await-in-loop
    expect(await refused.json()).toMatchObject({ error: { code: "bad_feedback" } });
  }
  expect((await lines()).slice(1)).toEqual([{ kind: "feedback", ...given }]);
  const silent = await testGateway([]);
  expect((await silent.post("/v1/feedback", given)).status).toBe(404);
});

test("feedback for a call that never was is refused; for one of another replica it is taken, and said not to be known", async () => {
  const [{ gateway, lines }, replica] = [await logged(), await logged()];
  for (const requestId of ["sb-1", new RecentCalls().newId().slice(0, -1)]) {
    // oxlint-disable-next-line no-await-in-loop
    const refused = await gateway.post("/v1/feedback", { requestId, score: 1 });
    // oxlint-disable-next-line no-await-in-loop
    expect([refused.status, await refused.json()]).toMatchObject([404, { error: { code: "call_not_found" } }]);
  }
  const { headers } = await replica.gateway.post("/v1/chat/completions", chat);
  const given = { requestId: headers.get("x-signalbox-request-id"), score: 1 };
  const taken = await gateway.post("/v1/feedback", given);
  expect([taken.status, await taken.json()]).toEqual([202, { status: "accepted", matched: "unknown" }]);
  expect(await lines()).toEqual([{ kind: "feedback", ...given }]);
});
