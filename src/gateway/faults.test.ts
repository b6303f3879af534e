/** Whatever an endpoint does wrong: before the first token another one answers, after it the client is told by an event. */
import { describe, expect, onTestFinished, test } from "vitest";
import { faultServer, piece, reply, streamHead } from "../../test/support/fault-server.ts";
import type { Fault, FaultServer } from "../../test/support/fault-server.ts";
import { canaryKey, testGateway } from "../../test/support/gateway.ts";
import type { TestGateway } from "../../test/support/gateway.ts";
import { json, scriptedServer } from "../../test/support/scripted-server.ts";

const asJson = { "content-type": "application/json" };
const chunk = (content: string): string =>
  `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content }, finish_reason: null }] })}\n\n`;
const last = `data: ${JSON.stringify({ choices: [{ index: 0, delta: {}, finish_reason: "stop" }] })}\n\n`;
const done = "data: [DONE]\n\n";
const good = { choices: [{ index: 0, message: { role: "assistant", content: "good" }, finish_reason: "stop" }] };

/** Long enough for a machine that is busy: the good endpoint is held to them as well. */
/** Far off, so that a busy machine misses none; near where one is to be missed, and then for the good endpoint, too. */
const deadlines = { connectSeconds: 60, firstByteSeconds: 60, idleSeconds: 60, totalSeconds: 120 };
const near = { ...deadlines, firstByteSeconds: 1, idleSeconds: 1 };
const chat = { model: "auto", messages: [{ role: "user", content: "x" }] };

async function goodServer(): Promise<string> {
  const server = await scriptedServer(({ body }, response) => {
    if (!body.includes('"stream":true')) return json(response, good);
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.end(chunk("good") + last + done);
  });
  onTestFinished(() => server.close());
  return `${server.url}/v1`;
}

async function faulty(
  fault: Fault,
  { attempts = 0, ...settings }: { attempts?: number; deadlines?: object } = {},
): Promise<{ gateway: TestGateway; server: FaultServer }> {
  const server = await faultServer(fault);
  const models = [
    { name: "bad", urls: [server.url] },
    { name: "good", urls: [await goodServer()] },
  ];
  const retries = { attempts, firstWaitSeconds: 0.001, longestWaitSeconds: 0.05 };
  return { gateway: await testGateway(models, { settings: { deadlines, retries, ...settings } }), server };
}

/** What an endpoint does, and what that is called. */
const faults: readonly (readonly [name: string, failure: string, fault: Fault])[] = [
  ["resets the line", "connect", (socket) => socket.resetAndDestroy()],
  ["closes without a word", "connect", (socket) => socket.end()],
  ["hangs", "deadline", () => undefined],
  ["answers 429", "rate-limit", (socket) => socket.write(reply(429, { ...asJson, "retry-after": "60" }, "{}"))],
  ["answers 500", "server", (socket) => socket.write(reply(500, asJson, "oops"))],
  ["answers 401", "refused", (socket) => socket.write(reply(401, asJson, `{"error":"bad key ${canaryKey}"}`))],
  ["redirects", "refused", (socket) => socket.write(reply(302, { location: "http://127.0.0.1:1/" }, ""))],
  ["answers 200 with an error", "server", (socket) => socket.write(reply(200, asJson, '{"error":{"code":500}}'))],
  ["answers with a page", "malformed", (socket) => socket.write(reply(200, { "content-type": "text/html" }, "<p>"))],
  ["answers with no JSON", "malformed", (socket) => socket.write(reply(200, asJson, "{"))],
  [
    "sends a huge header",
    "malformed",
    (socket) => socket.write(reply(200, { ...asJson, x: "y".repeat(40_000) }, "{}")),
  ],
  ["speaks no HTTP", "connect", (socket) => socket.write("hello\r\n\r\n")],
  ["cuts its answer", "cut", (socket) => socket.end(reply(200, { ...asJson, "content-length": "999" }, '{"cho'))],
  [
    "falls silent in its answer",
    "deadline",
    (socket) => socket.write(reply(200, { ...asJson, "content-length": "999" }, "{")),
  ],
];

describe("before the first token the next model answers", () => {
  test.each(faults)("an endpoint that %s: %s", async (_, failure, fault) => {
    const { gateway, server } = await faulty(fault, failure === "deadline" ? { deadlines: near } : {});
    const response = await gateway.post("/v1/chat/completions", chat);
    expect(await response.json()).toEqual(good);
    expect(response.headers.get("x-signalbox-model")).toBe("good");
    expect(response.headers.get("x-signalbox-fallback")).toBe("upstream-failed");
    expect(gateway.records[0]).toMatchObject({ outcome: "answered", failures: [{ model: "bad", failure }] });
    expect(server.requests).toBe(1);
    expect(JSON.stringify(gateway.records)).not.toContain(canaryKey);
  });

  test("an endpoint that refuses the connection", async () => {
    const gateway = await testGateway([
      { name: "bad", urls: ["http://127.0.0.1:1/v1"] },
      { name: "good", urls: [await goodServer()] },
    ]);
    expect(await (await gateway.post("/v1/chat/completions", chat)).json()).toEqual(good);
  });

  const streams: readonly (readonly [string, string, Fault])[] = [
    ["hangs after its headers", "deadline", (socket) => socket.write(streamHead)],
    ["cuts the stream before a token", "cut", (socket) => socket.end(streamHead + piece(chunk("")))],
    [
      "ends the stream before a token",
      "cut",
      (socket) => socket.write(`${streamHead + piece(": a comment\n\n")}0\r\n\r\n`),
    ],
    [
      "streams an error first",
      "rate-limit",
      (socket) => socket.write(streamHead + piece('data: {"error":{"code":429,"message":"slow down"}}\n\n')),
    ],
    ["streams what is no JSON", "malformed", (socket) => socket.write(streamHead + piece("data: {\n\n"))],
    ["answers whole", "malformed", (socket) => socket.write(reply(200, asJson, JSON.stringify(good)))],
  ];
  test.each(streams)("a stream that %s: %s", async (_, failure, fault) => {
    const { gateway } = await faulty(fault, failure === "deadline" ? { deadlines: near } : {});
    const response = await gateway.post("/v1/chat/completions", { ...chat, stream: true });
    expect(await response.text()).toBe(chunk("good") + last + done);
    expect(gateway.records[0]).toMatchObject({ outcome: "answered", model: "good", failures: [{ failure }] });
  });
});

describe("after the first token", () => {
  const cuts: readonly (readonly [string, string, number, Fault])[] = [
    ["is cut in the middle of a line", "upstream_cut", 0, (socket) => socket.end(piece(chunk("more") + 'data: {"cho'))],
    ["ends without its end", "upstream_cut", 0, (socket) => socket.end(`${piece(chunk("more"))}0\r\n\r\n`)],
    ["is reset", "upstream_cut", 0, (socket) => socket.resetAndDestroy()],
    ["falls silent", "upstream_timeout", 0, () => undefined],
    [
      "turns into an error",
      "upstream_failed",
      0,
      (socket) => socket.write(piece(`data: {"error":{"message":"broke","code":500}}\n\n`)),
    ],
  ];
  test.each(cuts)("a stream that %s ends with one event that says so", async (_, code, __, then) => {
    let goOn = (): void => undefined;
    const breaking: Fault = (socket) => {
      socket.write(streamHead + piece(chunk("first")));
      goOn = () => then(socket, 0);
    };
    const silent = code === "upstream_timeout" ? { deadlines: near } : {};
    const { gateway, server } = await faulty(breaking, silent);
    const response = await gateway.post("/v1/chat/completions", { ...chat, stream: true });
    // Its headers are here: the first token is, and now the stream may break.
    goOn();
    const text = await response.text();
    const events = text.split("\n\n").filter((event) => event !== "");
    expect(events[0]).toContain("first");
    for (const event of events) expect(() => JSON.parse(event.slice("data: ".length)) as unknown).not.toThrow();
    expect(JSON.parse(events.at(-1)!.slice("data: ".length))).toMatchObject({ error: { code } });
    expect(text).not.toContain("[DONE]");
    expect(gateway.records[0]).toMatchObject({ outcome: "cut", model: "bad", costSource: "estimated", code });
    expect(server.requests).toBe(1);
  });

  test("a slow drip is no fault while it drips", async () => {
    const dripping: Fault = (socket) => {
      socket.write(streamHead);
      const texts = [...Array.from({ length: 8 }, (_, i) => chunk(String(i))), last, done];
      const drip = setInterval(() => {
        const text = texts.shift();
        if (text !== undefined) return socket.write(piece(text));
        clearInterval(drip);
        return socket.write("0\r\n\r\n");
      }, 250);
    };
    // Longer than the deadline in all, and far from it between two drops.
    const { gateway } = await faulty(dripping, { deadlines: { ...deadlines, idleSeconds: 2 } });
    const response = await gateway.post("/v1/chat/completions", { ...chat, stream: true });
    expect((await response.text()).endsWith(done)).toBe(true);
    expect(gateway.records[0]).toMatchObject({ outcome: "answered", model: "bad" });
  });
});

describe("retries and endpoints", () => {
  test("a passing fault is mended by the same model", async () => {
    const { gateway, server } = await faulty(
      (socket, nth) => socket.write(nth < 2 ? reply(503, asJson, "{}") : reply(200, asJson, JSON.stringify(good))),
      { attempts: 2 },
    );
    const response = await gateway.post("/v1/chat/completions", chat);
    expect(response.headers.get("x-signalbox-model")).toBe("bad");
    expect(server.requests).toBe(3);
  });

  test("the load is spread over the endpoints of a model, and a broken one is passed over", async () => {
    const broken = await faultServer((socket) => socket.write(reply(500, asJson, "{}")));
    const working = await faultServer((socket) => socket.write(reply(200, asJson, JSON.stringify(good))));
    const gateway = await testGateway([{ name: "one", urls: [working.url, broken.url] }]);
    for (let i = 0; i < 4; i++) {
      // oxlint-disable-next-line no-await-in-loop
      expect((await gateway.post("/v1/chat/completions", chat)).status).toBe(200);
    }
    expect([working.requests, broken.requests]).toEqual([4, 2]);
  });

  test("broken endpoints do not take another one of the same host along", async () => {
    const server = await scriptedServer(({ path }, response) =>
      path.startsWith("/broken") ? json(response, {}, 500) : json(response, good),
    );
    onTestFinished(() => server.close());
    const urls = ["/v1", "/broken/v1", "/broken/v2"].map((path) => server.url + path);
    const gateway = await testGateway([{ name: "one", urls }]);
    for (let i = 0; i < 6; i++) {
      // oxlint-disable-next-line no-await-in-loop
      expect((await gateway.post("/v1/chat/completions", chat)).status).toBe(200);
    }
  });

  test("when nobody answers the client is told once, with the last status, the wait, and no key", async () => {
    const server = await faultServer((socket) =>
      socket.write(reply(429, { ...asJson, "retry-after": "7" }, `{"error":{"message":"limit of ${canaryKey}"}}`)),
    );
    const gateway = await testGateway([{ name: "only", urls: [server.url] }]);
    const response = await gateway.post("/v1/chat/completions", chat);
    const text = await response.text();
    expect(response.status).toBe(429);
    expect(response.headers.get("retry-after")).toBe("7");
    expect(JSON.parse(text)).toMatchObject({ error: { type: "rate_limit_error", code: "upstream_rate_limited" } });
    expect(text).toContain("limit of [key]");
    expect(server.requests).toBe(1);
  });

  test("the whole call has a deadline of its own", async () => {
    const { gateway } = await faulty(() => undefined, {
      deadlines: { firstByteSeconds: 30, totalSeconds: 0.2 },
    });
    const response = await gateway.post("/v1/chat/completions", chat);
    expect([response.status, await response.json()]).toMatchObject([504, { error: { code: "upstream_timeout" } }]);
  });

  test("a prompt that is too long for one model is asked of the next", async () => {
    const problem = '{"error":{"code":"context_length_exceeded","message":"too long"}}';
    const { gateway } = await faulty((socket) => socket.write(reply(400, asJson, problem)));
    expect(await (await gateway.post("/v1/chat/completions", chat)).json()).toEqual(good);
  });

  test("a key that an answer quotes does not reach the client", async () => {
    const body = JSON.stringify({ choices: [{ message: { content: `the key is ${canaryKey}` } }] });
    const { gateway } = await faulty((socket) =>
      socket.write(reply(200, { ...asJson, "x-request-id": canaryKey }, body)),
    );
    const response = await gateway.post("/v1/chat/completions", chat);
    expect(JSON.stringify([...response.headers]) + (await response.text())).not.toContain(canaryKey);
  });
});

describe("a client that leaves takes its call along", () => {
  const phases: readonly (readonly [string, Fault, object])[] = [
    ["before the first byte", () => undefined, {}],
    ["before the first token of a stream", (socket) => socket.write(streamHead), { stream: true }],
    ["in the middle of a stream", (socket) => socket.write(streamHead + piece(chunk("x"))), { stream: true }],
    [
      "in the middle of a whole answer",
      (socket) => socket.write(reply(200, { ...asJson, "content-length": "99" }, "{")),
      {},
    ],
  ];
  test.each(phases)("%s", async (_, fault, more) => {
    const slow = { connectSeconds: 5, firstByteSeconds: 30, idleSeconds: 30, totalSeconds: 60 };
    const { gateway, server } = await faulty(fault, { deadlines: slow });
    const stop = new AbortController();
    const asking = gateway.post("/v1/chat/completions", { ...chat, ...more }, { signal: stop.signal });
    const answer = asking.then((response) => response.text()).catch((error: unknown) => error);
    await expect.poll(() => server.requests, { interval: 5 }).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 30));
    stop.abort();
    await server.left;
    await answer;
    await expect.poll(() => gateway.records.length).toBe(1);
    expect(gateway.records[0]).toMatchObject({ outcome: "left", status: 499, failures: [] });
  });

  test("while it waits for a free connection: the endpoint never hears of it", async () => {
    const server = await faultServer(() => undefined);
    const gateway = await testGateway([{ name: "a", urls: [server.url] }], {
      settings: { limits: { connectionsPerEndpoint: 1 } },
    });
    const first = new AbortController();
    const second = new AbortController();
    const ask = (signal: AbortSignal): Promise<unknown> =>
      gateway.post("/v1/chat/completions", chat, { signal }).catch((error: unknown) => error);
    const asking = [ask(first.signal)];
    await expect.poll(() => server.requests).toBe(1);
    asking.push(ask(second.signal));
    const underWay = async (): Promise<unknown> => (await fetch(`${gateway.url}/ready`)).json();
    await expect.poll(underWay).toMatchObject({ callsUnderWay: 2 });
    second.abort();
    await expect.poll(() => gateway.records.length).toBe(1);
    // Nothing was sent, and nothing is paid.
    expect(gateway.records[0]).toMatchObject({ outcome: "left", paid: { model: "" }, costUsd: 0 });
    first.abort();
    await Promise.all(asking);
    await server.left;
    expect(server.requests).toBe(1);
  });
});
