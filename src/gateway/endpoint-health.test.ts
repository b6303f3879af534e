/** What is held against an endpoint, and what is not: a client cannot shut a model for the others, and neither does our own stop. */
import { describe, expect, onTestFinished, test } from "vitest";
import { faultServer, piece, streamHead } from "../../test/support/fault-server.ts";
import { testGateway } from "../../test/support/gateway.ts";
import type { TestGateway } from "../../test/support/gateway.ts";
import { json, scriptedServer } from "../../test/support/scripted-server.ts";
import type { Answer } from "../../test/support/scripted-server.ts";
import { memoryState } from "../gateway-state/memory-state.ts";
import { defaultStateOptions } from "../gateway-state/state-options.ts";
import type { GatewayState } from "../gateway-state/state.ts";

const messages = [{ role: "user", content: "x" }];
const chat = { model: "a", messages };
const whole = { choices: [{ message: { role: "assistant", content: "hi" } }] };

/** An endpoint that is left alone as soon as one call failed. */
function strictState(): GatewayState {
  const { state } = memoryState({
    ...defaultStateOptions,
    breaker: { ...defaultStateOptions.breaker, minimumCalls: 1 },
  });
  onTestFinished(() => state.close());
  return state;
}

async function answering(answer: Answer): Promise<TestGateway> {
  const server = await scriptedServer(answer);
  onTestFinished(() => server.close());
  const models = [{ name: "a", urls: [`${server.url}/v1`] }];
  return await testGateway(models, { state: strictState(), settings: { retries: { attempts: 0 } } });
}

describe("a client does not shut a model for the others", () => {
  const ask = (gateway: TestGateway): Promise<Response> => gateway.post("/v1/chat/completions", chat);

  test.each([404, 403, 500])("by asking for what the endpoint does not offer: %i", async (status) => {
    const gateway = await answering(({ path }, response) =>
      path.endsWith("/embeddings") ? json(response, {}, status) : json(response, whole),
    );
    expect((await gateway.post("/v1/embeddings", { model: "a", input: "x" })).status).toBe(502);
    expect((await ask(gateway)).status).toBe(200);
  });

  test.each([403, 404, 405, 451])("by a request that is refused: %i", async (status) => {
    const gateway = await answering(({ body }, response) =>
      body.includes("forbidden") ? json(response, {}, status) : json(response, whole),
    );
    const refused = await gateway.post("/v1/chat/completions", { ...chat, user: "forbidden" });
    expect(refused.status).toBe(502);
    expect((await ask(gateway)).status).toBe(200);
  });

  test("by vectors as a stream, which there are not: the wish is passed on", async () => {
    const gateway = await answering((_, response) => json(response, { data: [] }));
    const response = await gateway.post("/v1/embeddings", { model: "a", input: "x", stream: true });
    expect([response.status, await response.json()]).toEqual([200, { data: [] }]);
  });

  test.each([401, 402, 429, 500])("an endpoint that answers %i is left alone", async (status) => {
    const gateway = await answering((_, response, nth) =>
      nth === 0 ? json(response, {}, status) : json(response, whole),
    );
    await ask(gateway);
    const next = await ask(gateway);
    expect([next.status, await next.text()]).toEqual([502, expect.stringContaining("left alone")]);
  });
});

describe("what ends a stream from our side is no fault of the endpoint", () => {
  const said = `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content: "hi" } }] })}\n\n`;

  /** An endpoint whose stream begins and goes on for ever. */
  async function hanging(
    deadlines: object,
  ): Promise<{ gateway: TestGateway; state: GatewayState; text: Promise<string> }> {
    const server = await faultServer((socket) => socket.write(streamHead + piece(said)));
    const state = strictState();
    const gateway = await testGateway([{ name: "a", urls: [server.url] }], { state, settings: { deadlines } });
    const response = await gateway.post("/v1/chat/completions", { ...chat, stream: true });
    return { gateway, state, text: response.text() };
  }

  async function stateOf(state: GatewayState, { records }: TestGateway): Promise<string> {
    await expect.poll(() => records.length, { timeout: 30_000 }).toBe(1);
    return await state.breakers.stateOf(`${records[0]!.endpoint}/chat/completions`);
  }

  test("a gateway that is stopped says so", async () => {
    const { gateway, state, text } = await hanging({ drainSeconds: 0.01 });
    await gateway.close();
    expect(await text).toMatch(/"code":"draining"}}\n\n$/);
    expect(gateway.records).toMatchObject([{ outcome: "cut", code: "draining", model: "a" }]);
    expect(await stateOf(state, gateway)).toBe("closed");
  });

  test("nor is the end of all its time", async () => {
    const { gateway, state, text } = await hanging({ totalSeconds: 1 });
    expect(await text).toMatch(/gave no whole answer within 1 s.*"code":"upstream_timeout"}}\n\n$/s);
    expect(await stateOf(state, gateway)).toBe("closed");
    expect(gateway.records).toMatchObject([{ outcome: "cut", code: "upstream_timeout" }]);
  });

  test("a stream that falls silent is", async () => {
    const { gateway, state, text } = await hanging({ idleSeconds: 0.2 });
    expect(await text).toContain("upstream_timeout");
    expect(await stateOf(state, gateway)).toBe("open");
  });
});
