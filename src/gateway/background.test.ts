/** Responses that are made in the background: their cost is told to nobody here, so that the most they may cost counts as spent. */
import { expect, onTestFinished, test } from "vitest";
import { faultServer, piece, streamHead } from "../../test/support/fault-server.ts";
import { testGateway } from "../../test/support/gateway.ts";
import type { TestGateway } from "../../test/support/gateway.ts";
import { json, scriptedServer } from "../../test/support/scripted-server.ts";
import type { Answer } from "../../test/support/scripted-server.ts";
import { memoryState } from "../gateway-state/memory-state.ts";
import { defaultStateOptions } from "../gateway-state/state-options.ts";

const asked = { model: "auto", input: "go on", background: true };
const queued: Answer = (_, response) => json(response, { id: "r", status: "queued", output: [], usage: null });
/** 1000 output tokens at 1000 USD per million, and the input */
const mostUsd = 1;

async function capped(answer: Answer, total = 2.5): Promise<TestGateway> {
  const server = await scriptedServer(answer);
  onTestFinished(() => server.close());
  return await behind(`${server.url}/v1`, total);
}

async function behind(url: string, total: number): Promise<TestGateway> {
  const { state } = memoryState({ ...defaultStateOptions, caps: { gateway: { total } } });
  onTestFinished(() => state.close());
  return await testGateway([{ name: "a", urls: [url] }], { state });
}

test("as many are taken as a budget has room for, each at the most it may cost", async () => {
  const gateway = await capped(queued);
  const statuses: number[] = [];
  for (let nth = 0; nth < 4; nth++) {
    // oxlint-disable-next-line no-await-in-loop
    statuses.push((await gateway.post("/v1/responses", { ...asked, max_output_tokens: 1000 })).status);
  }
  expect(statuses).toEqual([200, 200, 429, 429]);
  expect(gateway.records[0]).toMatchObject({ costSource: "estimated", usage: { outputTokens: 1000 } });
  expect(gateway.records[0]!.costUsd).toBeCloseTo(mostUsd, 3);
});

test("under a budget a limit is needed, since nothing else bounds what is spent", async () => {
  const gateway = await capped(queued);
  const response = await gateway.post("/v1/responses", asked);
  const { error } = (await response.json()) as { error: object };
  expect([response.status, error]).toMatchObject([400, { code: "limit_needed", param: "max_output_tokens" }]);
  expect((await gateway.post("/v1/responses", { ...asked, background: false })).status).toBe(429);
});

test("without a budget none is needed, and what is expected stands in the books", async () => {
  const gateway = await capped(queued, Infinity);
  expect((await gateway.post("/v1/responses", asked)).status).toBe(200);
  expect(gateway.records).toMatchObject([{ costSource: "estimated", usage: { outputTokens: 4096 } }]);
});

test("what was used so far is not taken for the bill", async () => {
  const gateway = await capped((_, response) =>
    json(response, { status: "in_progress", output: [], usage: { input_tokens: 3, output_tokens: 1 } }),
  );
  await gateway.post("/v1/responses", { ...asked, max_output_tokens: 1000 });
  expect(gateway.records).toMatchObject([{ costSource: "estimated", usage: { outputTokens: 1000 } }]);
});

test("a stream is booked at what it reports, and at the most when it broke off: the answer is made all the same", async () => {
  const event = (body: object): string => piece(`data: ${JSON.stringify(body)}\n\n`);
  const token = event({ type: "response.output_text.delta", delta: "hi" });
  const response = { status: "completed", usage: { input_tokens: 3, output_tokens: 2 } };
  const server = await faultServer((socket, nth) => {
    socket.write(streamHead + token);
    socket.end(nth === 0 ? `${event({ type: "response.completed", response })}0\r\n\r\n` : "");
  });
  const gateway = await behind(server.url, 10);
  for (let nth = 0; nth < 2; nth++) {
    const body = { ...asked, max_output_tokens: 1000, stream: true };
    // oxlint-disable-next-line no-await-in-loop
    await (await gateway.post("/v1/responses", body)).text();
  }
  await expect.poll(() => gateway.records.length, { timeout: 30_000 }).toBe(2);
  expect(gateway.records).toMatchObject([
    { outcome: "answered", costSource: "priced", usage: { outputTokens: 2 } },
    { outcome: "cut", costSource: "estimated", usage: { outputTokens: 1000 } },
  ]);
});
