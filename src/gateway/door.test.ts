/** What comes in at the door: every route asks for a key, no word of a client names where to ask, no length is believed. */
import fastify from "fastify";
import { constantFrom, assert, asyncProperty, webUrl } from "fast-check";
import { describe, expect, onTestFinished, test } from "vitest";
import { testGateway } from "../../test/support/gateway.ts";
import type { TestGateway } from "../../test/support/gateway.ts";
import { rawRequest } from "../../test/support/raw-request.ts";
import { json, scriptedServer } from "../../test/support/scripted-server.ts";
import type { ScriptedServer } from "../../test/support/scripted-server.ts";
import { addRoutes } from "./routes/registry.ts";
import type { LiveGateway } from "./live-gateway.ts";

const chat = { model: "auto", messages: [{ role: "user", content: "x" }] };
const good = { choices: [{ index: 0, message: { role: "assistant", content: "hi" }, finish_reason: "stop" }] };
const nowhere = [{ name: "a", urls: ["http://127.0.0.1:1/v1"] }];

interface Route {
  readonly method: string;
  readonly url: string;
}

/** The routes as fastify has them, so that a new one is tried as soon as it is there. */
async function routeTable(): Promise<Route[]> {
  const app = fastify();
  const found: Route[] = [];
  app.addHook("onRoute", ({ method, url }) => void found.push(...[method].flat().map((one) => ({ method: one, url }))));
  addRoutes(app, {} as LiveGateway);
  await app.ready();
  return found.filter(({ method }) => method !== "HEAD");
}

const table = await routeTable();
const open = ["/health", "/ready"];

async function answering(): Promise<{ server: ScriptedServer; gateway: TestGateway }> {
  const server = await scriptedServer((_, response) => json(response, good));
  onTestFinished(() => server.close());
  return { server, gateway: await testGateway([{ name: "a", urls: [`${server.url}/v1`] }]) };
}

describe("every route", () => {
  test("is known: a new one has to be thought of here", () => {
    const known = [
      "POST /v1/chat/completions",
      "POST /v1/responses",
      "POST /v1/messages",
      "POST /v1/embeddings",
      "GET /v1/models",
      "POST /v1/route",
      "POST /v1/feedback",
      "GET /health",
      "GET /ready",
      "GET /metrics",
      "GET /ui",
      "GET /ui/*",
    ];
    expect(table.map(({ method, url }) => `${method} ${url}`).toSorted()).toEqual(known.toSorted());
  });

  test.each(table)("$method $url wants a key where keys are required, but for health", async ({ method, url }) => {
    const gateway = await testGateway(nowhere, { settings: { keys: "required" } });
    const sent = method === "POST" ? { body: JSON.stringify(chat) } : {};
    for (const authorization of ["", "Bearer sk-sb-wrong", "Basic eDp5"]) {
      const headers = { "content-type": "application/json", ...(authorization !== "" && { authorization }) };
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      const { status } = await fetch(gateway.url + url, { method, headers, ...sent });
      expect([url, authorization, status]).toEqual([url, authorization, open.includes(url) ? 200 : 401]);
    }
  });

  test.each(table)("$method $url is for this machine's names alone on a loopback address", async ({ method, url }) => {
    const gateway = await testGateway(nowhere);
    const said = await rawRequest(gateway.url, `${method} ${url} HTTP/1.1\r\nHost: evil.example\r\n\r\n`);
    expect(said).toMatch(/^HTTP\/1\.1 403 [\s\S]*foreign_host/);
  });
});

describe("where to ask stands in the configuration alone", () => {
  /** How other gateways let a client say it: their own headers, and fields of their bodies. */
  const headers = [
    "x-portkey-custom-host",
    "x-portkey-config",
    "x-litellm-api-base",
    "x-api-base",
    "x-base-url",
    "x-upstream",
    "x-signalbox-base-url",
    "x-signalbox-endpoint",
    "x-forwarded-host",
    "x-original-url",
    "x-rewrite-url",
    "forwarded",
    "helicone-target-url",
  ];
  const fields = ["api_base", "base_url", "baseUrl", "api_url", "endpoint", "custom_llm_provider", "proxy", "url"];

  test("no header and no field moves a call, whatever address it holds", async () => {
    const { server, gateway } = await answering();
    const evil = await scriptedServer((_, response) => json(response, good));
    onTestFinished(() => evil.close());
    const address = constantFrom(
      evil.url,
      `${evil.url}/v1#`,
      `@${evil.url}`,
      "http://169.254.169.254/latest",
      "file:///etc",
    );
    await assert(
      asyncProperty(constantFrom(...headers), constantFrom(...fields), address, async (header, field, at) => {
        const before = server.requests.length;
        const body = { ...chat, [field]: at, metadata: { [field]: at } };
        const response = await gateway.post("/v1/chat/completions", body, { headers: { [header]: at } });
        expect(response.status).toBe(200);
        expect(server.requests).toHaveLength(before + 1);
        expect(server.requests.at(-1)!.path).toBe("/v1/chat/completions");
        expect(server.requests.at(-1)!.headers).not.toHaveProperty(header);
      }),
      { numRuns: 60 },
    );
    expect(evil.requests).toHaveLength(0);
  });

  test("a model named like an address is an unknown model", async () => {
    const { server, gateway } = await answering();
    await assert(
      asyncProperty(webUrl(), async (model) => {
        expect((await gateway.post("/v1/chat/completions", { ...chat, model })).status).toBe(404);
      }),
      { numRuns: 20 },
    );
    expect(server.requests).toHaveLength(0);
  });

  test.each(["http://169.254.169.254/v1/models", "//evil.example/v1/models", "/v1/../../v1/models", "*"])(
    "a request for %s is not passed on to anybody",
    async (target) => {
      const { server, gateway } = await answering();
      const said = await rawRequest(gateway.url, `GET ${target} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
      expect(said).toMatch(/^HTTP\/1\.1 (?:200|400|404) /);
      expect(said).not.toMatch(/^HTTP\/1\.1 200 (?![\s\S]*"id":"auto")/);
      expect(server.requests).toHaveLength(0);
    },
  );

  test("CONNECT opens no tunnel", async () => {
    const { server, gateway } = await answering();
    const said = await rawRequest(gateway.url, `CONNECT ${new URL(server.url).host} HTTP/1.1\r\nHost: x\r\n\r\n`);
    expect(said).not.toMatch(/^HTTP\/1\.1 2/);
    expect(server.requests).toHaveLength(0);
  });
});

describe("lengths", () => {
  const head = "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";
  const text = JSON.stringify(chat);

  test("an agent's body of 12 MiB passes with the defaults, and arrives whole", async () => {
    const { server, gateway } = await answering();
    const content = "word ".repeat((12 * 2 ** 20) / 5);
    const body = JSON.stringify({ ...chat, messages: [{ role: "user", content }] });
    expect((await gateway.post("/v1/chat/completions", body)).status).toBe(200);
    expect(server.requests[0]!.body.length).toBe(body.replace('"auto"', '"up-a"').length);
  });

  test("a body of one byte more than the default is refused by its length, before it is sent", async () => {
    const gateway = await testGateway(nowhere);
    const said = await rawRequest(gateway.url, `${head}Content-Length: ${32 * 2 ** 20 + 1}\r\n\r\n`);
    expect(said).toMatch(/^HTTP\/1\.1 413 [\s\S]*body_too_large/);
  });

  test("a length that is too short cuts the body, and what is over is no second call", async () => {
    const { server, gateway } = await answering();
    const said = await rawRequest(gateway.url, `${head}Content-Length: ${text.length - 5}\r\n\r\n${text}`);
    expect(said).toMatch(/^HTTP\/1\.1 400 [\s\S]*"error":\{"message":/);
    expect(server.requests).toHaveLength(0);
  });

  test.each([
    ["two lengths", `Content-Length: ${text.length}\r\nContent-Length: 3\r\n\r\n${text}`],
    ["a length and chunks", `Content-Length: ${text.length}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`],
    ["chunks of a length that is none", "Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n"],
    ["a negative length", "Content-Length: -1\r\n\r\n{}"],
  ])("%s: refused in the shape of an error, and the line is closed", async (_, rest) => {
    const { server, gateway } = await answering();
    const said = await rawRequest(gateway.url, head + rest);
    expect(said).toMatch(/^HTTP\/1\.1 400 [\s\S]*"error":\{"message":/);
    expect(said).toMatch(/connection: close/i);
    expect(server.requests).toHaveLength(0);
  });

  test("more headers than are allowed: told in the shape of an error", async () => {
    const gateway = await testGateway(nowhere);
    const said = await rawRequest(gateway.url, `GET / HTTP/1.1\r\nHost: localhost\r\nX: ${"y".repeat(20_000)}\r\n\r\n`);
    expect(said).toMatch(/^HTTP\/1\.1 431 [\s\S]*"code":"headers_too_large"/);
  });
});

test("nothing is answered from memory: the same question is asked as often as it is put", async () => {
  const { server, gateway } = await answering();
  for (let i = 0; i < 3; i++) {
    // oxlint-disable-next-line no-await-in-loop
    await gateway.post("/v1/chat/completions", { ...chat, temperature: 0 });
  }
  expect(server.requests).toHaveLength(3);
});
