import { describe, expect, onTestFinished, test } from "vitest";
import { json, scriptedServer } from "../../test/support/scripted-server.ts";
import type { Answer, ScriptedServer } from "../../test/support/scripted-server.ts";
import { defaultDeadlines } from "../core/chat.ts";
import type { ChatCompletion, ChatProvider, ChatRequest } from "../core/chat.ts";
import { EndpointError } from "./endpoint-error.ts";
import { openAiChat } from "./openai-chat.ts";

const key = "sk-canary-0123456789";
const request: ChatRequest = {
  model: "openrouter/auto",
  messages: [{ role: "user", content: "2 + 2?" }],
  parameters: { temperature: 0, maxOutputTokens: 16, extraBody: { usage: { include: true } } },
};
const whole = {
  id: "gen-1",
  model: "maker/small",
  choices: [{ message: { role: "assistant", content: "4" }, finish_reason: "stop" }],
  usage: {
    prompt_tokens: 12,
    completion_tokens: 3,
    cost: 0.00042,
    prompt_tokens_details: { cached_tokens: 8 },
    completion_tokens_details: { reasoning_tokens: 1 },
  },
};

async function against(answer: Answer): Promise<{ server: ScriptedServer; provider: ChatProvider }> {
  const server = await scriptedServer(answer);
  const provider = openAiChat({ baseUrl: `${server.url}/v1/`, apiKey: key });
  onTestFinished(async () => {
    await server.close();
    await provider.close();
  });
  return { server, provider };
}

async function ask(answer: Answer, deadlines = {}): Promise<ChatCompletion> {
  const { provider } = await against(answer);
  return await provider.complete(request, { deadlines: { ...defaultDeadlines, ...deadlines } });
}

async function failureOf(answer: Answer, deadlines = {}): Promise<EndpointError> {
  const error = await ask(answer, deadlines).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(EndpointError);
  expect(`${String(error)} ${JSON.stringify(error)}`).not.toContain(key);
  return error as EndpointError;
}

describe("a chat in OpenAI's format", () => {
  test("sends what was asked, and nothing that was not", async () => {
    const { server, provider } = await against((_, response) => json(response, whole));
    await provider.complete(request, { deadlines: defaultDeadlines, idempotencyKey: "k1" });
    const [sent] = server.requests;
    expect(sent!.path).toBe("/v1/chat/completions");
    expect(sent!.headers.authorization).toBe(`Bearer ${key}`);
    expect(sent!.headers["idempotency-key"]).toBe("k1");
    expect(JSON.parse(sent!.body)).toEqual({
      model: "openrouter/auto",
      messages: [{ role: "user", content: "2 + 2?" }],
      temperature: 0,
      max_tokens: 16,
      usage: { include: true },
    });
  });

  test("gives the answer, who served it, the tokens and the bill", async () => {
    const completion = await ask((_, response) => json(response, whole));
    expect(completion).toMatchObject({
      text: "4",
      finishReason: "stop",
      servedModel: "maker/small",
      requestId: "gen-1",
    });
    expect(completion.usage).toEqual({
      inputTokens: 12,
      cachedInputTokens: 8,
      cacheWriteTokens: NaN,
      outputTokens: 3,
      reasoningTokens: 1,
    });
    expect(completion.reportedCostUsd).toBe(0.00042);
    expect(completion.latencyMs).toBeGreaterThan(0);
  });

  test.each([
    [{ prompt_tokens: -1, completion_tokens: 3 }],
    [{ prompt_tokens: "12", completion_tokens: 3 }],
    [{ prompt_tokens: 12 }],
    [{ prompt_tokens: 1e12, completion_tokens: 3 }],
    [null],
    ["free"],
  ])("takes %j for no usage at all", async (usage) => {
    const { usage: read, reportedCostUsd } = await ask((_, response) => json(response, { ...whole, usage }));
    expect(read).toBeUndefined();
    expect(reportedCostUsd).toBeNaN();
  });

  test.each([
    [429, "rate-limit", true],
    [500, "server", true],
    [503, "server", true],
    [400, "refused", false],
    [401, "refused", false],
    [302, "refused", false],
  ] as const)("a %i is %s, worth another try: %s", async (status, failure, retriable) => {
    const body = { error: { message: `no, not with ${key}` } };
    const error = await failureOf((_, response) => json(response, body, status, { "retry-after": "2" }));
    expect([error.status, error.failure, error.retriable]).toEqual([status, failure, retriable]);
    if (status !== 302) expect(error.retryAfterMs).toBe(2000);
  });

  test("an error inside a 200 is an error", async () => {
    const limited = await failureOf((_, response) => json(response, { error: { code: 429, message: "slow down" } }));
    expect([limited.failure, limited.retriable]).toEqual(["rate-limit", true]);
    const choices = [{ error: { code: 502, message: "model down" } }];
    expect((await failureOf((_, response) => json(response, { ...whole, choices }))).failure).toBe("server");
    const unknown = await failureOf((_, response) => json(response, { error: "no" }));
    expect([unknown.failure, unknown.retriable]).toEqual(["malformed", false]);
  });

  test("no JSON, no message, a cut answer and a closed door are told apart", async () => {
    expect((await failureOf((_, response) => void response.end("<html>"))).failure).toBe("malformed");
    expect((await failureOf((_, response) => json(response, { choices: [] }))).failure).toBe("malformed");
    const cut = await failureOf((_, response) => {
      response.writeHead(200, { "content-length": "500" });
      response.write('{"choices": [');
      setTimeout(() => response.destroy(), 20);
    });
    expect([cut.failure, cut.retriable]).toEqual(["cut", true]);
    const closed = openAiChat({ baseUrl: "http://127.0.0.1:9/v1" });
    onTestFinished(() => closed.close());
    const error: unknown = await closed.complete(request, { deadlines: defaultDeadlines }).catch((thrown) => thrown);
    expect(error).toMatchObject({ failure: "connect", retriable: true });
  });

  test("each deadline fires alone", async () => {
    const silent: Answer = () => undefined;
    expect((await failureOf(silent, { totalMs: 60 })).problem).toContain("within 60 ms");
    const idle: Answer = (_, response) => void response.write('{"choices":');
    // undici looks at these two about once a second.
    expect((await failureOf(silent, { firstByteMs: 50 })).problem).toContain("sent nothing within 50 ms");
    expect((await failureOf(idle, { idleMs: 50 })).problem).toContain("fell silent for 50 ms");
  });

  test("an aborted call ends with the signal's own reason", async () => {
    const { provider } = await against(() => undefined);
    const controller = new AbortController();
    const call = provider.complete(request, { deadlines: defaultDeadlines, signal: controller.signal });
    setTimeout(() => controller.abort(new Error("enough")), 20);
    await expect(call).rejects.toThrow("enough");
  });
});
