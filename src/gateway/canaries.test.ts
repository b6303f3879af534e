/**
 * Canaries: marked keys, prompts and answers go in wherever something can go in, and everything that comes out is searched for them.
 * A key is looked for in pieces, too: half of one, cut off by a length, is a leak.
 */
import type { Socket } from "node:net";
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-base";
import { assert, asyncProperty, boolean, constantFrom, integer, oneof } from "fast-check";
import { describe, expect, onTestFinished, test } from "vitest";
import { faultServer, piece, reply, streamHead } from "../../test/support/fault-server.ts";
import type { FaultServer } from "../../test/support/fault-server.ts";
import { testGateway } from "../../test/support/gateway.ts";
import type { TestGateway } from "../../test/support/gateway.ts";
import { keyAdmin } from "../gateway-state/key-admin.ts";
import { memoryState } from "../gateway-state/memory-state.ts";
import { spendLine } from "../gateway-state/spend-record.ts";
import { defaultStateOptions } from "../gateway-state/state-options.ts";
import type { CallRecord } from "./call-record.ts";
import { recordSpans } from "./record-spans.ts";
import { spendOfCall } from "./spend-of-call.ts";

const prompt = "PROMPT-MARKED-5c1f";
const answer = "ANSWER-MARKED-77ab";
const asJson = { "content-type": "application/json" };
const event = (body: unknown): string => piece(`data: ${JSON.stringify(body)}\n\n`);

/** A key as makers shape them: with letters alone, and with what JSON and URLs write differently. */
const keys = ["sk-proj-CANARY0a1b2c3d4e5f6g7h8i9j0kCANARY", 'AIzaCANARY/4+Zq=7h8\\i9"j0kCANARY/8+x=='];

/** Everything an endpoint may do with a key it was sent; `words` hold the key, and text before it. */
const echoes: Readonly<Record<string, (socket: Socket, words: string, stream: boolean) => unknown>> = {
  "in an error": (socket, words) => socket.write(reply(500, asJson, JSON.stringify({ error: { message: words } }))),
  "in an error that is no JSON": (socket, words) => socket.write(reply(502, { "content-type": "text/plain" }, words)),
  "in a refusal of the key": (socket, words) =>
    socket.write(reply(401, asJson, JSON.stringify({ error: { message: `wrong key ${words}` } }))),
  "in a refusal of the request": (socket, words) =>
    socket.write(reply(400, asJson, JSON.stringify({ error: { message: words } }))),
  "in JSON within JSON": (socket, words) =>
    socket.write(reply(500, asJson, JSON.stringify({ error: { message: JSON.stringify({ said: words }) } }))),
  "in an error within a 200": (socket, words, stream) =>
    stream
      ? socket.end(streamHead + event({ error: { message: words } }))
      : socket.write(reply(200, asJson, JSON.stringify({ error: { message: words } }))),
  "in an error within a stream": (socket, words, stream) =>
    stream
      ? socket.end(
          streamHead +
            event({ choices: [{ index: 0, delta: { content: answer } }] }) +
            event({ error: { message: words } }),
        )
      : socket.end(),
  "in its answer": (socket, words, stream) =>
    stream
      ? socket.end(`${streamHead}${event({ choices: [{ index: 0, delta: { content: words } }] })}`)
      : socket.write(reply(200, asJson, JSON.stringify({ choices: [{ message: { content: words } }] }))),
  "in the content type": (socket, words) =>
    socket.write(reply(200, { "content-type": `text/${words.replaceAll(/\s/g, "-")}` }, "x")),
  "in headers that are passed on": (socket, words) => {
    const header = words.replaceAll(/\s/g, "-");
    socket.write(
      reply(429, { ...asJson, "x-request-id": header, "x-ratelimit-reset": header, "retry-after": header }, "{}"),
    );
  },
  "in the address of a redirect": (socket, words) =>
    socket.write(reply(302, { location: `http://127.0.0.1:1/?key=${encodeURIComponent(words)}` }, "")),
};

/** Of the words before a key; what is said of an endpoint is cut at 300 characters. */
const lengths = oneof(constantFrom(0), integer({ min: 200, max: 300 }));

interface Watched {
  readonly gateway: TestGateway;
  readonly server: FaultServer;
  readonly secret: string;
  /** everything that left by another way than the answer to the client */
  readonly looksOn: () => Promise<string>;
  echo: keyof typeof echoes;
  words: string;
  stream: boolean;
}

async function watched(upstreamKey: string): Promise<Watched> {
  const now: Pick<Watched, "echo" | "words" | "stream"> = { echo: "in an error", words: "", stream: false };
  const server = await faultServer((socket) => echoes[now.echo]?.(socket, now.words, now.stream));
  const breaker = { ...defaultStateOptions.breaker, minimumCalls: 1_000_000 };
  const { state, keyTable } = memoryState({ ...defaultStateOptions, breaker });
  onTestFinished(() => state.close());
  const order = { name: "team", models: undefined, limits: {}, caps: {}, expiresAt: undefined };
  const { secret } = await keyAdmin(keyTable, Date.now).create(order);
  const exporter = new InMemorySpanExporter();
  const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  const span = recordSpans(provider.getTracer("test"));
  const records: CallRecord[] = [];
  const gateway = await testGateway([{ name: "a", urls: [server.url] }], {
    state,
    upstreamKey,
    settings: { keys: "required", retries: { attempts: 0 } },
    more: { onCall: (record) => (span(record), records.push(record)) },
  });
  const looksOn = async (): Promise<string> => {
    const metrics = await fetch(`${gateway.url}/metrics`, { headers: { authorization: `Bearer ${secret}` } });
    const spans = exporter
      .getFinishedSpans()
      .map(({ name, attributes, status, events }) => ({ name, attributes, status, events }));
    const spend = records.flatMap((record) => spendOfCall(record)).map(spendLine);
    const defects = gateway.defects.map((defect) => (defect instanceof Error ? defect.stack : defect));
    return [JSON.stringify({ records, spans, spend, defects }), await metrics.text()].join("\n");
  };
  return Object.assign(now, { gateway, server, secret, looksOn });
}

/** Pieces of a key that are long enough to be no chance, in any spelling. */
function piecesOf(key: string): string[] {
  const whole = [key, encodeURIComponent(key), Buffer.from(key).toString("base64"), JSON.stringify(key).slice(1, -1)];
  return [
    ...whole,
    ...[...key.matchAll(/[A-Za-z0-9]{4,}/g)].map(([run]) => run.slice(0, 6)).filter((run) => run.length > 5),
  ];
}

function leaks(text: string, words: readonly string[]): string[] {
  return words.filter((word) => text.includes(word));
}

describe.each(keys)("an upstream's key like %s", (key) => {
  test(
    "does not come back, whatever its endpoint does with it and however long its words are",
    { timeout: 120_000 },
    async () => {
      const met = await watched(key);
      const headers = { authorization: `Bearer ${met.secret}` };
      await assert(
        asyncProperty(constantFrom(...Object.keys(echoes)), lengths, boolean(), async (echo, length, stream) => {
          Object.assign(met, { echo, stream, words: `${"w ".repeat(length / 2)}${key}` });
          const body = { model: "auto", stream, messages: [{ role: "user", content: prompt }] };
          const response = await met.gateway.post("/v1/chat/completions", body, { headers });
          const told = JSON.stringify([...response.headers]) + (await response.text());
          expect(leaks(told, [...piecesOf(key), met.secret])).toEqual([]);
        }),
        { numRuns: 150 },
      );
      expect(met.server.requests).toBeGreaterThan(0);
      expect(leaks(await met.looksOn(), [...piecesOf(key), met.secret, prompt, answer])).toEqual([]);
    },
  );
});

/** Where a client may write something: it comes back to the client at most, and is kept nowhere. */
const places: Readonly<Record<string, (marked: string) => readonly [body: unknown, headers?: Record<string, string>]>> =
  {
    "a message": (marked) => [{ model: "auto", messages: [{ role: "user", content: marked }] }],
    "parts of a message": (marked) => [
      { model: "auto", messages: [{ role: "user", content: [{ type: "text", text: marked }] }] },
    ],
    "a tool": (marked) => [
      {
        model: "auto",
        messages: [{ role: "user", content: "x" }],
        tools: [{ type: "function", function: { name: marked } }],
      },
    ],
    "an unknown field": (marked) => [{ model: "auto", messages: [{ role: "user", content: "x" }], note: marked }],
    "a header of its own": (marked) => [
      { model: "auto", messages: [{ role: "user", content: "x" }] },
      { "x-note": marked },
    ],
    "a session": (marked) => [
      { model: "auto", messages: [{ role: "user", content: "x" }] },
      { "x-signalbox-session": marked },
    ],
    "a body that is no JSON": (marked) => [`{"model":"auto","messages":"${marked}`],
    "no conversation": (marked) => [{ model: "auto", messages: marked }],
  };

test.each(Object.keys(places))("a prompt in %s is in no record, span, metric, spend line or defect", async (place) => {
  const met = await watched(keys[0] ?? "");
  const [body, more = {}] = places[place]?.(prompt) ?? [{}];
  for (const echo of ["in its answer", "in an error", "in a refusal of the request"] as const) {
    Object.assign(met, { echo, words: `${answer} ${prompt}` });
    const headers = { authorization: `Bearer ${met.secret}`, ...more };
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    await (await met.gateway.post("/v1/chat/completions", body, { headers })).text();
  }
  expect(leaks(await met.looksOn(), [prompt, answer])).toEqual([]);
});

test("a wrong key is not repeated to whoever showed it, and is kept nowhere", async () => {
  const met = await watched(keys[0] ?? "");
  const wrong = `sk-sb-${"W".repeat(43)}`;
  const headers = { authorization: `Bearer ${wrong}` };
  const response = await met.gateway.post("/v1/chat/completions", { model: wrong, messages: [] }, { headers });
  const told = JSON.stringify([...response.headers]) + (await response.text());
  expect([response.status, leaks(told, [wrong])]).toEqual([401, []]);
  expect(leaks(await met.looksOn(), [wrong])).toEqual([]);
});
