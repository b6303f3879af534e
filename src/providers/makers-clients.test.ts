/** The scripted formats are faithful: the makers' own clients read from them what ours do, and send what ours send. */
import Anthropic from "@anthropic-ai/sdk";
import OpenAI from "openai";
import { describe, expect, onTestFinished, test } from "vitest";
import { scriptedServer } from "../../test/support/scripted-server.ts";
import type { ScriptedServer } from "../../test/support/scripted-server.ts";
import { anthropicEvents, openAiEvents, streaming } from "../../test/support/wire-scripts.ts";
import { defaultDeadlines } from "../core/chat.ts";
import type { ChatCompletion, ChatParameters } from "../core/chat.ts";
import { chatProvider } from "./registry.ts";
import type { ProviderFormat } from "./registry.ts";

const prompt = "2 + 2?";
const apiKey = "sk-canary-0123456789";

async function serve(events: Parameters<typeof streaming>[0]): Promise<ScriptedServer> {
  const server = await scriptedServer(streaming(events));
  onTestFinished(() => server.close());
  return server;
}

async function ours(format: ProviderFormat, url: string, parameters: ChatParameters): Promise<ChatCompletion> {
  const provider = await chatProvider({ format, baseUrl: `${url}/v1`, apiKey });
  onTestFinished(() => provider.close());
  const messages = [{ role: "user" as const, content: prompt }];
  return await provider.complete({ model: "small", messages, parameters }, { deadlines: defaultDeadlines });
}

/** The two requests' paths, bodies and the headers that matter. */
function sentBy({ requests }: ScriptedServer, ...headers: string[]): unknown[] {
  return requests.map(({ method, path, body, headers: all }) => ({
    method,
    path,
    body: JSON.parse(body) as unknown,
    headers: Object.fromEntries(headers.map((name) => [name, all[name]])),
  }));
}

describe("the makers' own clients", () => {
  test("OpenAI's reads the same answer and usage, and sends the same request", async () => {
    const server = await serve(openAiEvents());
    const client = new OpenAI({ apiKey, baseURL: `${server.url}/v1`, maxRetries: 0 });
    const stream = client.chat.completions.stream({
      model: "small",
      messages: [{ role: "user", content: prompt }],
      max_tokens: 64,
      temperature: 0.2,
      stream_options: { include_usage: true },
    });
    const [theirs, usage] = [await stream.finalChatCompletion(), await stream.totalUsage()];
    const mine = await ours("openai", server.url, { maxOutputTokens: 64, temperature: 0.2 });
    expect([mine.text, mine.finishReason, mine.servedModel, mine.requestId]).toEqual([
      theirs.choices[0]!.message.content,
      theirs.choices[0]!.finish_reason,
      theirs.model,
      theirs.id,
    ]);
    expect([mine.usage!.inputTokens, mine.usage!.outputTokens]).toEqual([usage.prompt_tokens, usage.completion_tokens]);
    const [first, second] = sentBy(server, "authorization", "content-type");
    expect(second).toEqual(first);
  });

  test("Anthropic's reads the same answer and usage, and sends the same request", async () => {
    const server = await serve(anthropicEvents());
    const client = new Anthropic({ apiKey, baseURL: server.url, maxRetries: 0 });
    const stream = client.messages.stream({
      model: "small",
      messages: [{ role: "user", content: prompt }],
      max_tokens: 64,
    });
    const theirs = await stream.finalMessage();
    const mine = await ours("anthropic", server.url, { maxOutputTokens: 64 });
    const [thinking, text] = theirs.content;
    expect([mine.text, mine.reasoning, mine.finishReason, mine.servedModel]).toEqual([
      text!.type === "text" && text!.text,
      thinking!.type === "thinking" && thinking!.thinking,
      theirs.stop_reason,
      theirs.model,
    ]);
    const { usage } = theirs;
    const input = usage.input_tokens + usage.cache_read_input_tokens! + usage.cache_creation_input_tokens!;
    expect([mine.usage!.inputTokens, mine.usage!.outputTokens]).toEqual([input, usage.output_tokens]);
    // It sends the key as a bearer token since its 1.0; the documentation keeps x-api-key, which proxies know as well.
    const [first, second] = sentBy(server, "anthropic-version", "content-type");
    expect(second).toEqual(first);
  });
});
