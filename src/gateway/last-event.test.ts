/** A stream is over with its last event, whatever becomes of the line that it came on. */
import { expect, test } from "vitest";
import { faultServer, piece, reply, streamHead } from "../../test/support/fault-server.ts";
import { testGateway } from "../../test/support/gateway.ts";
import type { TestModel } from "../../test/support/gateway.ts";

const event = (body: object, name = ""): string => `${name && `event: ${name}\n`}data: ${JSON.stringify(body)}\n\n`;
const messages = [{ role: "user", content: "x" }];
/** No deadline of these is met in a test: without the end that the last event makes, its client would wait for five minutes. */
const far = { connectSeconds: 300, firstByteSeconds: 300, idleSeconds: 300, totalSeconds: 300 };

interface Format {
  readonly path: string;
  readonly body: object;
  readonly provider?: TestModel["provider"];
  readonly begin: string;
  readonly last: string;
}

const chat: Format = {
  path: "/v1/chat/completions",
  body: { model: "auto", stream: true, messages },
  begin: event({ choices: [{ index: 0, delta: { content: "hello" }, finish_reason: "stop" }] }),
  last: "data: [DONE]\n\n",
};
const formats: Readonly<Record<string, Format>> = {
  chat,
  responses: {
    path: "/v1/responses",
    body: { model: "auto", stream: true, input: "x" },
    begin: event({ type: "response.output_text.delta", delta: "hello" }),
    last: event({ type: "response.completed", response: { usage: { input_tokens: 1, output_tokens: 1 } } }),
  },
  messages: {
    path: "/v1/messages",
    body: { model: "auto", stream: true, max_tokens: 9, messages },
    provider: "anthropic",
    begin: event({ type: "content_block_delta", delta: { type: "text_delta", text: "hello" } }, "content_block_delta"),
    last: event({ type: "message_stop" }, "message_stop"),
  },
};

test.each(Object.entries(formats))(
  "the client of %s has its end at the last event, though the endpoint keeps its line open",
  async (_, { path, body, provider, begin, last }) => {
    for (const parts of [[begin, last], [begin + last]]) {
      // oxlint-disable-next-line no-await-in-loop
      const server = await faultServer((socket) => socket.write(streamHead + parts.map(piece).join("")));
      // oxlint-disable-next-line no-await-in-loop
      const gateway = await testGateway([{ name: "a", urls: [server.url], ...(provider && { provider }) }], {
        settings: { deadlines: far },
      });
      // oxlint-disable-next-line no-await-in-loop
      const response = await gateway.post(path, body);
      // oxlint-disable-next-line no-await-in-loop
      expect(await response.text()).toBe(begin + last);
      // oxlint-disable-next-line no-await-in-loop
      await expect.poll(() => gateway.records.length, { timeout: 30_000 }).toBe(1);
      expect(gateway.records[0]).toMatchObject({ outcome: "answered", status: 200, code: "" });
    }
  },
);

test("a last event that comes apart from the rest ends the stream as well, and what follows it reaches nobody", async () => {
  let goOn = (): void => undefined;
  const server = await faultServer((socket) => {
    socket.write(streamHead + piece(chat.begin));
    goOn = () => socket.write(piece(chat.last) + piece(event({ error: { message: "late" } })));
  });
  const gateway = await testGateway([{ name: "a", urls: [server.url] }], { settings: { deadlines: far } });
  const response = await gateway.post(chat.path, chat.body);
  goOn();
  expect((await response.text()).startsWith(chat.begin + chat.last)).toBe(true);
  await expect.poll(() => gateway.records.length, { timeout: 30_000 }).toBe(1);
  expect(gateway.records[0]).toMatchObject({ outcome: "answered", model: "a" });
  // The line that was kept open is closed a moment later.
  await server.left;
});

test("a line whose stream ends with its last event is used again", async () => {
  const server = await faultServer((socket, nth) => {
    if (nth > 0) return void socket.write(reply(500, { "content-type": "application/json" }, "{}"));
    socket.write(`${streamHead + piece(chat.begin) + piece(chat.last)}0\r\n\r\n`);
  });
  const settings = { deadlines: far, retries: { attempts: 0 }, limits: { connectionsPerEndpoint: 1 } };
  const gateway = await testGateway([{ name: "a", urls: [server.url] }], { settings });
  expect(await (await gateway.post(chat.path, chat.body)).text()).toBe(chat.begin + chat.last);
  await gateway.post(chat.path, chat.body);
  expect([server.requests, server.connections]).toEqual([2, 1]);
});
