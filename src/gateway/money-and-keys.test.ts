/** Keys, limits, budgets, breakers and sessions at the gateway's door, over a state in memory. */
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { testGateway } from "../../test/support/gateway.ts";
import type { TestGateway } from "../../test/support/gateway.ts";
import { json, scriptedServer } from "../../test/support/scripted-server.ts";
import type { Answer, ScriptedServer } from "../../test/support/scripted-server.ts";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import { keyAdmin } from "../gateway-state/key-admin.ts";
import type { KeyOrder } from "../gateway-state/key-admin.ts";
import { memoryState } from "../gateway-state/memory-state.ts";
import { defaultStateOptions } from "../gateway-state/state-options.ts";
import type { StateOptions } from "../gateway-state/state-options.ts";
import type { GatewayState } from "../gateway-state/state.ts";
import { openLineLog } from "../store/line-log.ts";
import { callLog } from "./call-log.ts";
import type { CallLog } from "./call-log.ts";

const usage = { prompt_tokens: 10, completion_tokens: 10, total_tokens: 20 };
const answered: Answer = ({ body }, response) => {
  if (!body.includes('"stream":true'))
    return json(response, { choices: [{ message: { role: "assistant", content: "hi" } }], usage });
  response.writeHead(200, { "content-type": "text/event-stream" });
  const chunk = { choices: [{ index: 0, delta: { content: "hi" }, finish_reason: "stop" }], usage };
  response.end(`data: ${JSON.stringify(chunk)}\n\ndata: [DONE]\n\n`);
};
/** 10 input tokens at 1 USD and 10 output tokens at 1000 USD per million */
const callUsd = 0.01001;
const chat = { model: "auto", messages: [{ role: "user", content: "x" }], max_tokens: 10 };

interface Keyed {
  readonly gateway: TestGateway;
  readonly server: ScriptedServer;
  readonly state: GatewayState;
  readonly secret: string;
  /** of another key, without limits */
  readonly other: string;
  readonly id: string;
  readonly post: (body: object, secret?: string) => Promise<Response>;
}

async function keyed(
  order: Partial<KeyOrder> = {},
  options: Partial<StateOptions> = {},
  answer = answered,
  log?: CallLog,
): Promise<Keyed> {
  const server = await scriptedServer(answer);
  onTestFinished(() => server.close());
  const { state, keyTable } = memoryState({ ...defaultStateOptions, ...options });
  onTestFinished(() => state.close());
  const whole = { name: "test", models: undefined, limits: {}, caps: {}, expiresAt: undefined, ...order };
  const admin = keyAdmin(keyTable, Date.now);
  const { key, secret } = await admin.create(whole);
  const { secret: other } = await admin.create({ ...whole, name: "other", limits: {}, caps: {} });
  const urls = [`${server.url}/v1`];
  const models = [
    { name: "a", urls },
    { name: "b", urls },
  ];
  const gateway = await testGateway(models, { state, settings: { keys: "required" }, more: { log } });
  const post = (body: object, shown = secret): Promise<Response> =>
    gateway.post("/v1/chat/completions", body, { headers: { authorization: `Bearer ${shown}` } });
  return { gateway, server, state, secret, other, id: key.id, post };
}

describe("keys", () => {
  test("without one, or with one that is not known, nobody comes in; health needs none", async () => {
    const { gateway, post, server } = await keyed();
    const missing = await gateway.post("/v1/chat/completions", chat);
    expect([missing.status, await missing.json()]).toMatchObject([401, { error: { code: "key_missing" } }]);
    expect((await post(chat, "sk-sb-wrong")).status).toBe(401);
    expect((await fetch(`${gateway.url}/v1/models`)).status).toBe(401);
    expect((await fetch(`${gateway.url}/health`)).status).toBe(200);
    expect(server.requests).toHaveLength(0);
    expect((await post(chat)).status).toBe(200);
  });

  test("the client's key stops at the gateway", async () => {
    const { post, server, secret } = await keyed();
    await post(chat);
    expect(JSON.stringify(server.requests)).not.toContain(secret);
  });

  test("a key for some models is answered by those, and refused the others by name", async () => {
    const { post } = await keyed({ models: ["b*"] });
    expect((await post(chat)).headers.get("x-signalbox-model")).toBe("b");
    const { post: nobody } = await keyed({ models: ["c*"] });
    const none = await nobody(chat);
    expect([none.status, await none.json()]).toMatchObject([403, { error: { code: "model_not_allowed" } }]);
    const named = await post({ ...chat, model: "a" });
    expect([named.status, await named.json()]).toMatchObject([403, { error: { code: "model_not_allowed" } }]);
  });

  test("a key for some models is shown those, beside the router", async () => {
    const { gateway, secret, post } = await keyed({ models: ["b*"] });
    const listed = await fetch(`${gateway.url}/v1/models`, { headers: { authorization: `Bearer ${secret}` } });
    const { data } = (await listed.json()) as { data: { id: string; owned_by: string }[] };
    expect(data.filter((model) => model.owned_by !== "signalbox router").map(({ id }) => id)).toEqual(["b"]);
    expect(data[0]?.owned_by).toBe("signalbox router");
    const unknown = await post({ ...chat, model: "c" });
    expect([unknown.status, await unknown.text()]).toEqual([404, expect.not.stringMatching(/\ba\b, b/)]);
  });

  test("a limit of requests a minute says when to come again", async () => {
    const { post } = await keyed({ limits: { requestsPerMinute: 2 } });
    expect([(await post(chat)).status, (await post(chat)).status]).toEqual([200, 200]);
    const third = await post(chat);
    expect([third.status, await third.json()]).toMatchObject([429, { error: { code: "rate_limited" } }]);
    expect(Number(third.headers.get("retry-after"))).toBeGreaterThan(0);
  });
});

describe("what calls no model", () => {
  async function logged(
    order: Partial<KeyOrder>,
  ): Promise<Keyed & { readonly ask: (path: string, body: object) => Promise<Response> }> {
    const log = callLog(await openLineLog(join(await temporaryFolder(), "calls.jsonl")), { content: false });
    onTestFinished(() => log.close());
    const found = await keyed(order, {}, answered, log);
    const headers = { authorization: `Bearer ${found.secret}` };
    return { ...found, ask: (path, body) => found.gateway.post(path, body, { headers }) };
  }

  test("counts among a key's requests a minute, and for nothing else", async () => {
    const { ask, state, id } = await logged({ limits: { requestsPerMinute: 3, tokensPerMinute: 1 } });
    const answer = await ask("/v1/chat/completions", chat);
    expect((await ask("/v1/chat/completions", chat)).status).toBe(429);
    expect((await ask("/v1/route", chat)).status).toBe(200);
    const requestId = answer.headers.get("x-signalbox-request-id");
    expect((await ask("/v1/feedback", { requestId, score: 1 })).status).toBe(202);
    for (const path of ["/v1/route", "/v1/feedback"]) {
      // oxlint-disable-next-line no-await-in-loop
      const refused = await ask(path, path === "/v1/route" ? chat : { requestId, score: 1 });
      expect([refused.status, refused.headers.has("retry-after")]).toEqual([429, true]);
      // oxlint-disable-next-line no-await-in-loop
      expect(await refused.json()).toMatchObject({ error: { code: "rate_limited" } });
    }
    expect((await state.budgets.spent({ id })).total).toBeCloseTo(callUsd, 9);
  });

  test("a key scores its own calls, and is told of another's as of one that never was", async () => {
    const { ask, gateway, other } = await logged({});
    const mine = await ask("/v1/chat/completions", chat);
    const given = { requestId: mine.headers.get("x-signalbox-request-id"), score: 0 };
    const headers = { authorization: `Bearer ${other}` };
    const [foreign, never] = [
      await gateway.post("/v1/feedback", given, { headers }),
      await gateway.post("/v1/feedback", { ...given, requestId: "sb-1" }, { headers }),
    ];
    expect([foreign.status, await foreign.text()]).toEqual([never.status, await never.text()]);
    expect(foreign.status).toBe(404);
    expect((await ask("/v1/feedback", given)).status).toBe(202);
  });
});

describe("budgets", () => {
  test.each([false, true])(
    "100 calls at once on a budget for 10 spend for 10, streams alike (stream: %s)",
    async (stream) => {
      const { post, state, id, server } = await keyed({ caps: { total: 10 * callUsd * 1.01 } });
      const replies = await Promise.all(Array.from({ length: 100 }, () => post({ ...chat, stream })));
      const texts = await Promise.all(replies.map((reply) => reply.text()));
      const statuses = replies.map(({ status }) => status);
      const passed = statuses.filter((status) => status === 200).length;
      expect(new Set(statuses)).toEqual(new Set([200, 429]));
      expect(passed).toBe(server.requests.length);
      expect(passed).toBeGreaterThanOrEqual(1);
      expect(passed).toBeLessThanOrEqual(10);
      expect((await state.budgets.spent({ id })).total).toBeCloseTo(passed * callUsd, 8);
      expect(texts.some((text) => text.includes("budget_exceeded"))).toBe(true);
    },
  );

  test("a stream that tells no usage is billed by what passed", async () => {
    const { post, state, id } = await keyed({}, {}, (_, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      const chunk = { choices: [{ index: 0, delta: { content: "word ".repeat(100) }, finish_reason: "stop" }] };
      response.end(`data: ${JSON.stringify(chunk)}\n\ndata: [DONE]\n\n`);
    });
    await (await post({ ...chat, stream: true })).text();
    await expect.poll(async () => (await state.budgets.spent({ id })).total).toBeGreaterThan(0.1);
  });

  test("a call that fails costs nothing", async () => {
    const { post, state, id } = await keyed({ caps: { total: 1 } }, {}, (_, response) => json(response, {}, 500));
    expect((await post(chat)).status).toBe(502);
    expect((await state.budgets.spent({ id })).total).toBe(0);
  });

  test("a key that cannot hold a call is told how much that is, and how it gets less", async () => {
    const { post } = await keyed({ caps: { total: 0.02 } });
    const long = await post({ ...chat, max_tokens: 100 });
    const text = await long.text();
    expect([long.status, text]).toEqual([
      429,
      expect.stringMatching(/budget of 0\.02 USD .* 0\.1 USD are held for it/),
    ]);
    expect((await post(chat)).status).toBe(200);
  });

  test("a refusal names the model that was chosen, not the last one that could not be paid either", async () => {
    const { post } = await keyed({}, { caps: { gateway: { total: 0 } } });
    const refused = await post(chat);
    expect([refused.status, await refused.text()]).toEqual([429, expect.stringMatching(/no room for a call to a\b/)]);
  });

  test("a model whose budget is met gives way to the next", async () => {
    const { post } = await keyed({}, { caps: { models: { a: { total: 0 } } } });
    expect((await post(chat)).headers.get("x-signalbox-model")).toBe("b");
  });
});

test("an endpoint that broke is left alone, and another model answers without waiting for it", async () => {
  const rules = { ...defaultStateOptions.breaker, minimumCalls: 2 };
  const { post, server } = await keyed({}, { breaker: rules }, (request, response, nth) =>
    request.body.includes("up-a") ? json(response, {}, 500) : answered(request, response, nth),
  );
  for (let i = 0; i < 3; i++) {
    // oxlint-disable-next-line no-await-in-loop
    expect((await post(chat)).headers.get("x-signalbox-model")).toBe("b");
  }
  expect(server.requests.filter(({ body }) => body.includes("up-a"))).toHaveLength(2);
});

test("a session is remembered with the model that answered", async () => {
  const { gateway, state, secret, id } = await keyed();
  const headers = { authorization: `Bearer ${secret}`, "x-signalbox-session": "s1" };
  await gateway.post("/v1/chat/completions", chat, { headers });
  expect(await state.sessions.get(id, "s1")).toEqual({ model: "a", cachedTokens: 20 });
});
