/** How lines end: an answer that was whole stays so, and nobody holds a line, a log or a header open for long. */
import { once } from "node:events";
import { createServer } from "node:http";
import { connect } from "node:net";
import type { AddressInfo } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { faultServer, piece, reply, streamHead } from "../../test/support/fault-server.ts";
import type { Fault } from "../../test/support/fault-server.ts";
import { chainDecider, testGateway } from "../../test/support/gateway.ts";
import { json, scriptedServer } from "../../test/support/scripted-server.ts";
import { giveUpSlowClient } from "./answer/give-up-slow-client.ts";

const chat = { model: "auto", messages: [{ role: "user", content: "x" }] };
const asJson = { "content-type": "application/json" };
const chunk = (content: string): string =>
  `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content }, finish_reason: null }] })}\n\n`;
const good = { choices: [{ index: 0, message: { role: "assistant", content: "hi" }, finish_reason: "stop" }] };

describe("after its last event a stream is whole", () => {
  const ends: readonly (readonly [string, Fault])[] = [
    ["falls silent", () => undefined],
    ["is reset", (socket) => socket.resetAndDestroy()],
  ];
  test.each(ends)("though its line %s", async (_, then) => {
    let goOn = (): void => undefined;
    const server = await faultServer((socket, nth) => {
      socket.write(streamHead + piece(chunk("all") + "data: [DONE]\n\n"));
      goOn = () => then(socket, nth);
    });
    const gateway = await testGateway([{ name: "a", urls: [server.url] }], {
      settings: { deadlines: { idleSeconds: 0.5 } },
    });
    const response = await gateway.post("/v1/chat/completions", { ...chat, stream: true });
    // Its headers are here, and so is all that was said.
    goOn();
    expect(await response.text()).toBe(`${chunk("all")}data: [DONE]\n\n`);
    await expect.poll(() => gateway.records, { timeout: 30_000 }).toMatchObject([{ outcome: "answered", code: "" }]);
  });
});

test("a client that does not read the rest of its answer is given up", { timeout: 60_000 }, async () => {
  let tell = (): void => undefined;
  const given = new Promise<void>((resolve) => (tell = resolve));
  const server = createServer((_, response) => {
    response.on("close", tell);
    response.end(Buffer.alloc(30 * 2 ** 20));
    giveUpSlowClient(response, 100);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
  socket.pause();
  socket.write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
  await given;
  socket.destroy();
  server.close();
});

describe("headers of an endpoint", () => {
  test("that no header of ours can hold do not cost the answer", async () => {
    const server = await faultServer((socket) =>
      socket.write(reply(200, { ...asJson, "x-request-id": "日本" }, JSON.stringify(good))),
    );
    const gateway = await testGateway([{ name: "a", urls: [server.url] }]);
    const response = await gateway.post("/v1/chat/completions", chat);
    expect([response.status, await response.json(), gateway.defects]).toEqual([200, good, []]);
  });

  test("that say whose account it is stay here", async () => {
    const server = await faultServer((socket) => {
      const account = { "openai-organization": "acme", "openai-project": "p", "anthropic-organization-id": "o" };
      const useful = { "openai-processing-ms": "12", "anthropic-ratelimit-tokens-limit": "7" };
      socket.write(reply(200, { ...asJson, ...account, ...useful, "set-cookie": "a=b" }, JSON.stringify(good)));
    });
    const gateway = await testGateway([{ name: "a", urls: [server.url] }]);
    const { headers } = await gateway.post("/v1/chat/completions", chat);
    const names = [...headers.keys()].filter((name) => /^(?:openai|anthropic|set)-/.test(name));
    expect(names).toEqual(["anthropic-ratelimit-tokens-limit", "openai-processing-ms"]);
  });
});

test("a client that leaves in the middle of its request is no defect of ours", async () => {
  const gateway = await testGateway([{ name: "a", urls: ["http://127.0.0.1:1/v1"] }]);
  const socket = connect(Number(new URL(gateway.url).port), "127.0.0.1");
  const head = "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";
  socket.write(`${head}Content-Length: 1000\r\nExpect: 100-continue\r\n\r\n{`);
  await once(socket, "data");
  socket.resetAndDestroy();
  await once(socket, "close");
  await gateway.close();
  expect(gateway.defects).toEqual([]);
});

test("a router's name of a megabyte is an unknown model, told in short", async () => {
  const gateway = await testGateway([{ name: "a", urls: ["http://127.0.0.1:1/v1"] }]);
  const response = await gateway.post("/v1/chat/completions", {
    ...chat,
    model: `router-chain-${"x".repeat(2 ** 20)}`,
  });
  expect(response.status).toBe(404);
  expect((await response.text()).length).toBeLessThan(1000);
});

test("a stream that nobody takes, since the cascade failed to judge it, gives its connection back", async () => {
  const server = await scriptedServer(({ body }, response) => {
    if (!body.includes('"stream":true')) return json(response, good);
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.end(`${chunk("hm")}data: [DONE]\n\n`);
  });
  onTestFinished(() => server.close());
  const next = (): never => {
    throw new Error("no verdict");
  };
  const decider = chainDecider(["a"], { cascade: { model: "a", isLast: false, next } });
  const models = [{ name: "a", urls: [`${server.url}/v1`] }];
  const gateway = await testGateway(models, { decider, settings: { limits: { connectionsPerEndpoint: 1 } } });
  expect((await gateway.post("/v1/chat/completions", { ...chat, stream: true })).status).toBe(500);
  expect((await gateway.post("/v1/chat/completions", { ...chat, model: "a" })).status).toBe(200);
});
