/** The makers' own clients against the gateway, over real sockets: what they send arrives, what they expect comes back. */
import Anthropic, { NotFoundError as AnthropicNotFound } from "@anthropic-ai/sdk";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { generateText, streamText } from "ai";
import OpenAI, { NotFoundError, RateLimitError } from "openai";
import { describe, expect, onTestFinished, test } from "vitest";
import { testGateway } from "../../test/support/gateway.ts";
import type { TestGateway } from "../../test/support/gateway.ts";
import { json, scriptedServer } from "../../test/support/scripted-server.ts";
import type { Answer, ScriptedServer } from "../../test/support/scripted-server.ts";
import { startSimulator } from "../simulate/chat-server.ts";
import { simulationSchema } from "../simulate/script.ts";

const messages = [{ role: "user" as const, content: "What is 2 + 2?" }];

async function simulated(provider: "openai" | "anthropic" = "openai"): Promise<TestGateway> {
  const simulator = await startSimulator(simulationSchema.parse({ promptsPerDomain: 1 }));
  onTestFinished(() => simulator.close());
  return await testGateway([{ name: "GPT-5", urls: [simulator.baseUrl], provider }]);
}

async function scripted(answer: Answer): Promise<{ gateway: TestGateway; server: ScriptedServer; client: OpenAI }> {
  const server = await scriptedServer(answer);
  onTestFinished(() => server.close());
  const gateway = await testGateway([{ name: "m", urls: [`${server.url}/v1`] }]);
  return { gateway, server, client: openAi(gateway) };
}

function openAi({ url }: TestGateway): OpenAI {
  return new OpenAI({ baseURL: `${url}/v1`, apiKey: "unused", maxRetries: 0 });
}

describe("openai", () => {
  test("chats, and reads who answered from the headers", async () => {
    const client = openAi(await simulated());
    const { data, response } = await client.chat.completions.create({ model: "auto", messages }).withResponse();
    expect(data.choices[0]!.message.content).not.toBe("");
    expect(data.usage!.total_tokens).toBeGreaterThan(0);
    expect(response.headers.get("x-signalbox-model")).toBe("GPT-5");
  });

  test("streams, with usage at the end", async () => {
    const gateway = await simulated();
    const stream = await openAi(gateway).chat.completions.create({
      model: "auto",
      messages,
      stream: true,
      stream_options: { include_usage: true },
    });
    let [text, tokens] = ["", 0];
    for await (const chunk of stream) {
      text += chunk.choices[0]?.delta.content ?? "";
      tokens = chunk.usage?.total_tokens ?? tokens;
    }
    expect(text).not.toBe("");
    expect(tokens).toBeGreaterThan(0);
    await expect.poll(() => gateway.records).toMatchObject([{ outcome: "answered", costSource: "priced" }]);
  });

  test("calls tools: offers go through untouched, and so do the calls", async () => {
    const tools = [
      { type: "function" as const, function: { name: "add", parameters: { type: "object", properties: {} } } },
    ];
    const call = { id: "c", type: "function", function: { name: "add", arguments: '{"a":2}' } };
    const message = { role: "assistant", content: null, tool_calls: [call] };
    const { client, server } = await scripted((_, response) =>
      json(response, { choices: [{ index: 0, message, finish_reason: "tool_calls" }] }),
    );
    const answer = await client.chat.completions.create({ model: "auto", messages, tools, tool_choice: "required" });
    expect(answer.choices[0]!.message.tool_calls).toEqual([call]);
    expect(JSON.parse(server.requests[0]!.body)).toEqual({ model: "up-m", messages, tools, tool_choice: "required" });
  });

  test("aborts a stream, which ends at the endpoint as well", async () => {
    let left = (): void => undefined;
    const gone = new Promise<void>((resolve) => (left = resolve));
    const { client } = await scripted((_, response) => {
      response.on("close", left);
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write('data: {"choices":[{"index":0,"delta":{"content":"x"}}]}\n\n');
    });
    const stream = await client.chat.completions.create({ model: "auto", messages, stream: true });
    for await (const chunk of stream) {
      expect(chunk.choices[0]!.delta.content).toBe("x");
      stream.controller.abort();
    }
    await gone;
  });

  test("throws its own errors: not found, bad request, rate limit, and a stream that breaks", async () => {
    const { client } = await scripted((_, response, nth) => {
      if (nth === 0) return json(response, { error: { message: "too hot", type: "invalid_request_error" } }, 400);
      if (nth === 1) return json(response, {}, 429, { "retry-after": "60" });
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write('data: {"choices":[{"index":0,"delta":{"content":"x"}}]}\n\n');
      return void setTimeout(() => response.destroy(), 20);
    });
    const ask = (model = "auto"): Promise<unknown> => client.chat.completions.create({ model, messages });
    for (const unknown of ["nobody", "router-nobody"])
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await expect(ask(unknown)).rejects.toBeInstanceOf(NotFoundError);
    await expect(ask()).rejects.toThrow(/too hot/);
    await expect(ask()).rejects.toBeInstanceOf(RateLimitError);
    const stream = await client.chat.completions.create({ model: "auto", messages, stream: true });
    const read = async (): Promise<void> => {
      for await (const chunk of stream) expect(chunk.choices[0]!.delta.content).toBe("x");
    };
    await expect(read()).rejects.toThrow(/broke off its answer/);
  });

  test("lists models, and asks for vectors of the model that is named", async () => {
    const { client, server } = await scripted((_, response) =>
      json(response, { data: [{ index: 0, embedding: [1, 0] }], usage: { prompt_tokens: 3, total_tokens: 3 } }),
    );
    const ids: string[] = [];
    for await (const { id } of client.models.list()) ids.push(id);
    expect(ids).toEqual(["auto", "router-chain", "m"]);
    const vectors = await client.embeddings.create({ model: "m", input: "x", encoding_format: "float" });
    expect(vectors.data[0]!.embedding).toEqual([1, 0]);
    expect(server.requests[0]!.path).toBe("/v1/embeddings");
    await expect(client.embeddings.create({ model: "auto", input: "x" })).rejects.toThrow(/Name a model/);
  });

  test("creates responses, whole and streamed", async () => {
    const output = [{ type: "message", role: "assistant", content: [{ type: "output_text", text: "hi" }] }];
    const whole = {
      id: "r",
      object: "response",
      status: "completed",
      output,
      usage: { input_tokens: 2, output_tokens: 1 },
    };
    const { client, gateway } = await scripted(({ body }, response) => {
      if (!body.includes('"stream":true')) return json(response, whole);
      response.writeHead(200, { "content-type": "text/event-stream" });
      const events = [
        { type: "response.created", response: { id: "r" } },
        { type: "response.output_text.delta", delta: "hi" },
        { type: "response.completed", response: whole },
      ];
      response.end(events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join(""));
    });
    expect((await client.responses.create({ model: "auto", input: "x" })).output_text).toBe("hi");
    const types: string[] = [];
    for await (const event of await client.responses.create({ model: "auto", input: "x", stream: true }))
      types.push(event.type);
    expect(types).toEqual(["response.created", "response.output_text.delta", "response.completed"]);
    await expect.poll(() => gateway.records.length).toBe(2);
    expect(gateway.records.map(({ usage }) => usage?.outputTokens)).toEqual([1, 1]);
  });
});

describe("@anthropic-ai/sdk", () => {
  const ask = { model: "auto", max_tokens: 100, messages };

  test("sends messages, whole and streamed", async () => {
    const gateway = await simulated("anthropic");
    const client = new Anthropic({ baseURL: gateway.url, apiKey: "unused", maxRetries: 0 });
    const whole = await client.messages.create(ask);
    expect(whole.usage.output_tokens).toBeGreaterThan(0);
    const streamed = await client.messages.stream(ask).finalMessage();
    expect(streamed.content).toEqual(whole.content);
    await expect.poll(() => gateway.records.length).toBe(2);
    expect(gateway.records[1]).toMatchObject({ operation: "messages", outcome: "answered", costSource: "priced" });
  });

  test("throws its own errors, and is told where a model of the other format answers", async () => {
    const gateway = await simulated("openai");
    const client = new Anthropic({ baseURL: gateway.url, apiKey: "unused", maxRetries: 0 });
    await expect(client.messages.create({ ...ask, model: "GPT-5" })).rejects.toThrow(
      /Ask for it at \/v1\/chat\/completions/,
    );
    await expect(client.messages.create({ ...ask, model: "nobody" })).rejects.toBeInstanceOf(AnthropicNotFound);
  });
});

test("the AI SDK generates and streams text", async () => {
  const { url } = await simulated();
  const signalbox = createOpenAICompatible({ name: "signalbox", baseURL: `${url}/v1`, includeUsage: true });
  const { text, usage } = await generateText({ model: signalbox("auto"), prompt: "What is 2 + 2?" });
  expect(usage.outputTokens).toBeGreaterThan(0);
  const stream = streamText({ model: signalbox("auto"), prompt: "What is 2 + 2?" });
  expect(await stream.text).toBe(text);
});
