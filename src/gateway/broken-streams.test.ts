/** A stream that breaks, in each wire format and read by its maker's own client: before the first token another model answers, after it the client throws. */
import Anthropic from "@anthropic-ai/sdk";
import OpenAI from "openai";
import { describe, expect, test } from "vitest";
import { faultServer, piece, streamHead } from "../../test/support/fault-server.ts";
import { testGateway } from "../../test/support/gateway.ts";
import type { TestGateway } from "../../test/support/gateway.ts";

const messages = [{ role: "user" as const, content: "x" }];

interface Format {
  readonly provider: "openai" | "anthropic";
  /** what comes before anything of the answer does */
  readonly prelude: readonly object[];
  readonly token: object;
  readonly ending: readonly object[];
  /** an error of the endpoint, as an event of its stream */
  readonly error: object;
  /** the texts that the maker's client reads */
  readonly read: (gateway: TestGateway) => Promise<string[]>;
}

const response = {
  id: "r",
  object: "response",
  status: "completed",
  output: [],
  usage: { input_tokens: 2, output_tokens: 1 },
};
const message = {
  id: "m",
  type: "message",
  role: "assistant",
  content: [],
  model: "up",
  usage: { input_tokens: 2, output_tokens: 1 },
};

const openAi = ({ url }: TestGateway): OpenAI => new OpenAI({ baseURL: `${url}/v1`, apiKey: "unused", maxRetries: 0 });

const formats: Readonly<Record<string, Format>> = {
  "chat completions": {
    provider: "openai",
    prelude: [{ choices: [{ index: 0, delta: { role: "assistant", content: "" } }] }],
    token: { choices: [{ index: 0, delta: { content: "hi" } }] },
    ending: [{ choices: [{ index: 0, delta: {}, finish_reason: "stop" }] }],
    error: { error: { message: "overloaded", code: 529 } },
    async read(gateway) {
      const texts: string[] = [];
      const stream = await openAi(gateway).chat.completions.create({ model: "auto", messages, stream: true });
      for await (const { choices } of stream) texts.push(choices[0]?.delta.content ?? "");
      return texts;
    },
  },
  responses: {
    provider: "openai",
    prelude: [
      { type: "response.created", response: { id: "r" } },
      { type: "response.in_progress", response: { id: "r" } },
    ],
    token: { type: "response.output_text.delta", delta: "hi" },
    ending: [{ type: "response.completed", response }],
    error: { type: "response.failed", response: { error: { code: "server_error", message: "overloaded" } } },
    async read(gateway) {
      const texts: string[] = [];
      const stream = await openAi(gateway).responses.create({ model: "auto", input: "x", stream: true });
      for await (const event of stream) if (event.type === "response.output_text.delta") texts.push(event.delta);
      return texts;
    },
  },
  messages: {
    provider: "anthropic",
    prelude: [{ type: "message_start", message }, { type: "ping" }],
    token: { type: "content_block_delta", index: 0, delta: { type: "text_delta", text: "hi" } },
    ending: [
      { type: "message_delta", delta: { stop_reason: "end_turn" }, usage: { output_tokens: 1 } },
      { type: "message_stop" },
    ],
    error: { type: "error", error: { type: "overloaded_error", message: "overloaded" } },
    async read(gateway) {
      const client = new Anthropic({ baseURL: gateway.url, apiKey: "unused", maxRetries: 0 });
      const texts: string[] = [];
      const asked = { model: "auto", max_tokens: 9, messages, stream: true as const };
      for await (const event of await client.messages.create(asked))
        if (event.type === "content_block_delta" && event.delta.type === "text_delta") texts.push(event.delta.text);
      return texts;
    },
  },
};

/** With the name of the event, as Anthropic's and the responses' formats want it. */
function written(events: readonly object[]): string {
  return events
    .map((event) => ("type" in event ? `event: ${String(event.type)}\n` : "") + `data: ${JSON.stringify(event)}\n\n`)
    .map((text) => piece(text))
    .join("");
}

/** A model that says these events and then hangs up, and one behind it that answers. */
async function broken({ provider, prelude, token, ending }: Format, said: readonly object[]): Promise<TestGateway> {
  const bad = await faultServer((socket) => socket.end(streamHead + written(said)));
  const done = provider === "openai" && !("type" in token) ? piece("data: [DONE]\n\n") : "";
  const good = await faultServer((socket) =>
    socket.write(`${streamHead}${written([...prelude, token, ...ending])}${done}0\r\n\r\n`),
  );
  const models = [
    { name: "bad", urls: [bad.url], provider },
    { name: "good", urls: [good.url], provider },
  ];
  return await testGateway(models, { settings: { retries: { attempts: 0 } } });
}

describe.each(Object.entries(formats))("%s", (_, format) => {
  const { prelude, token, error, read } = format;

  test.each([
    ["is cut before its first token", prelude],
    ["says an error before its first token", [...prelude, error]],
  ])("a stream that %s is answered by the next model, whole", async (__, said) => {
    const gateway = await broken(format, said);
    expect((await read(gateway)).join("")).toBe("hi");
    await expect.poll(() => gateway.records.length).toBe(1);
    expect(gateway.records[0]).toMatchObject({ outcome: "answered", model: "good", failures: [{ model: "bad" }] });
  });

  test.each([
    ["is cut after its first token", [...prelude, token]],
    ["says an error after its first token", [...prelude, token, error]],
  ])("a stream that %s is thrown by the client, and no other model answers", async (__, said) => {
    const gateway = await broken(format, said);
    await expect(read(gateway)).rejects.toThrow(/broke off its answer|overloaded/);
    await expect.poll(() => gateway.records.length).toBe(1);
    expect(gateway.records[0]).toMatchObject({ outcome: "cut", model: "bad", failures: [] });
  });
});
