import { describe, expect, onTestFinished, test } from "vitest";
import { json, scriptedServer } from "../../test/support/scripted-server.ts";
import type { Answer, ScriptedServer } from "../../test/support/scripted-server.ts";
import { anthropicEvents, anthropicWhole, sendEvents, streaming } from "../../test/support/wire-scripts.ts";
import { defaultDeadlines } from "../core/chat.ts";
import type { ChatCompletion, ChatParameters, ChatProvider, ChatRequest } from "../core/chat.ts";
import { EndpointError } from "./endpoint-error.ts";
import { chatProvider, providerNotes } from "./registry.ts";

const request = (parameters: ChatParameters = {}): ChatRequest => ({
  model: "claude-sonnet-4-20250514",
  messages: [
    { role: "system", content: "Be brief." },
    { role: "user", content: "2 + 2?" },
  ],
  parameters,
});

async function against(answer: Answer): Promise<{ server: ScriptedServer; provider: ChatProvider }> {
  const server = await scriptedServer(answer);
  const apiKey = "sk-ant-canary-0123456789";
  const provider = await chatProvider({ format: "anthropic", baseUrl: `${server.url}/v1`, apiKey });
  onTestFinished(async () => {
    await server.close();
    await provider.close();
  });
  return { server, provider };
}

async function ask(answer: Answer, parameters?: ChatParameters): Promise<ChatCompletion> {
  const { provider } = await against(answer);
  return await provider.complete(request(parameters), { deadlines: defaultDeadlines });
}

async function failureOf(answer: Answer): Promise<EndpointError> {
  const error: unknown = await ask(answer).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(EndpointError);
  return error as EndpointError;
}

/** The body that is sent for these parameters. */
async function bodyFor(parameters: ChatParameters): Promise<Record<string, unknown>> {
  const { server, provider } = await against(streaming(anthropicEvents()));
  await provider.complete(request(parameters), { deadlines: defaultDeadlines });
  return JSON.parse(server.requests[0]!.body) as Record<string, unknown>;
}

describe("a chat in Anthropic's format", () => {
  test("sends key and version as headers, and the system message beside the others", async () => {
    const { server, provider } = await against(streaming(anthropicEvents()));
    const parameters = { temperature: 0.2, topP: 0.9, maxOutputTokens: 64, reasoningEffort: "low" };
    await provider.complete(request(parameters), { deadlines: defaultDeadlines });
    const [sent] = server.requests;
    expect(sent!.path).toBe("/v1/messages");
    expect(sent!.headers).toMatchObject({
      "x-api-key": "sk-ant-canary-0123456789",
      "anthropic-version": "2023-06-01",
    });
    expect(sent!.headers.authorization).toBeUndefined();
    expect(JSON.parse(sent!.body)).toEqual({
      model: "claude-sonnet-4-20250514",
      max_tokens: 64,
      system: "Be brief.",
      messages: [{ role: "user", content: "2 + 2?" }],
      temperature: 0.2,
      top_p: 0.9,
      output_config: { effort: "low" },
      stream: true,
    });
  });

  test("is asked in the format's newest version, or in the last one that takes a temperature", async () => {
    const { server, provider } = await against(streaming(anthropicEvents()));
    const versionFor = async (parameters: ChatParameters): Promise<unknown> => {
      await provider.complete(request(parameters), { deadlines: defaultDeadlines });
      return server.requests.at(-1)!.headers["anthropic-version"];
    };
    expect(await versionFor({})).toBe("2026-10-21");
    expect(await versionFor({ temperature: 0 })).toBe("2023-06-01");
    expect(await versionFor({ extraBody: { top_k: 1 } })).toBe("2023-06-01");
  });

  test("gives text and thoughts apart; tokens read from the cache and written to it are part of the input", async () => {
    const completion = await ask(streaming(anthropicEvents()));
    expect(completion).toMatchObject({
      text: "The answer is 4 ✓",
      reasoning: "two and two",
      finishReason: "end_turn",
      servedModel: "claude-sonnet-4-20250514",
      requestId: "msg_1",
      usage: {
        inputTokens: 1112,
        cachedInputTokens: 1000,
        cacheWriteTokens: 100,
        outputTokens: 25,
        reasoningTokens: 15,
      },
    });
    expect(completion.firstTokenMs).toBeGreaterThan(0);
    expect(completion.reportedCostUsd).toBeNaN();
  });

  test("is the same answer streamed or whole", async () => {
    const timeless = { firstTokenMs: NaN, latencyMs: NaN };
    const streamed = { ...(await ask(streaming(anthropicEvents()))), ...timeless };
    expect({ ...(await ask((_, response) => json(response, anthropicWhole))), ...timeless }).toEqual(streamed);
  });

  test("is given the limit that the format wants, and says so; thoughts come on top of it", async () => {
    expect(await bodyFor({})).toMatchObject({ max_tokens: 4096 });
    const thinking = { type: "enabled", budget_tokens: 10_000 };
    expect(await bodyFor({ extraBody: { thinking } })).toMatchObject({ max_tokens: 14_096, thinking });
    expect(providerNotes("anthropic", { seed: 7 }).join()).toMatch(/4096 tokens.*no seed/);
    expect(providerNotes("anthropic", { maxOutputTokens: 5 })).toEqual([]);
  });

  test.each([
    [529, "overloaded_error", "rate-limit", true],
    [429, "rate_limit_error", "rate-limit", true],
    [500, "api_error", "server", true],
    [400, "invalid_request_error", "refused", false],
    [401, "authentication_error", "refused", false],
  ] as const)(
    "a %i %s is %s, worth another try: %s, before the stream and inside it",
    async (status, type, failure, again) => {
      const body = { type: "error", error: { type, message: "no" } };
      const before = await failureOf((_, response) => json(response, body, status, { "retry-after": "3" }));
      expect([before.status, before.failure, before.retriable, before.retryAfterMs]).toEqual([
        status,
        failure,
        again,
        3000,
      ]);
      const events = [...anthropicEvents().slice(0, 8), { name: "error", data: JSON.stringify(body) }];
      const inside = await failureOf(streaming(events));
      expect([inside.status, inside.failure, inside.retriable]).toEqual([status, failure, again]);
    },
  );

  test("that stops before its message_stop is cut, though the reason of its end has come", async () => {
    for (const end of ["end", "cut"] as const) {
      const error = await failureOf((_, response) => sendEvents(response, anthropicEvents().slice(0, -1), end));
      expect([error.failure, error.retriable]).toEqual(["cut", true]);
    }
  });

  test("passes over events that it does not know", async () => {
    const unknown = { name: "weather", data: JSON.stringify({ type: "weather", rain: true }) };
    const { text } = await ask(streaming(anthropicEvents().flatMap((event) => [unknown, event])));
    expect(text).toBe("The answer is 4 ✓");
  });

  test.each([
    [{ input_tokens: -5, output_tokens: 3 }],
    [{ output_tokens: 3 }],
    [{ input_tokens: 1e14, output_tokens: 1 }],
  ])("takes %j for no usage at all", async (usage) => {
    expect((await ask((_, response) => json(response, { ...anthropicWhole, usage }))).usage).toBeUndefined();
  });
});
