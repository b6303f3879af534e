import { describe, expect, onTestFinished, test } from "vitest";
import { json, scriptedServer } from "../../test/support/scripted-server.ts";
import type { Answer, ScriptedServer } from "../../test/support/scripted-server.ts";
import { defaultDeadlines } from "../core/chat.ts";
import type { ChatCompletion, ChatProvider, ChatRequest } from "../core/chat.ts";
import { EndpointError } from "./endpoint-error.ts";
import { chatProvider } from "./registry.ts";
import { openAiEvents, openAiUsage, openAiWhole, sendEvents, streaming } from "../../test/support/wire-scripts.ts";

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
  const provider = await chatProvider({ format: "openai", baseUrl: `${server.url}/v1/`, apiKey: key });
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
      stream: true,
      stream_options: { include_usage: true },
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
    const closed = await chatProvider({ format: "openai", baseUrl: "http://127.0.0.1:9/v1" });
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

describe("a streamed chat", () => {
  test("gives text and thoughts apart, who served it, the tokens, the bill and the time of the first token", async () => {
    const completion = await ask(streaming(openAiEvents()));
    expect(completion).toMatchObject({
      text: "The answer is 4 ✓",
      reasoning: "two and two",
      finishReason: "stop",
      servedModel: "maker/small",
      requestId: "gen-1",
      reportedCostUsd: 0.00042,
      usage: { inputTokens: 12, cachedInputTokens: 8, cacheWriteTokens: 2, outputTokens: 7, reasoningTokens: 4 },
    });
    expect(completion.firstTokenMs).toBeGreaterThan(0);
    expect(completion.latencyMs).toBeGreaterThanOrEqual(completion.firstTokenMs);
  });

  test("is the same answer as the whole one", async () => {
    const timeless = { firstTokenMs: NaN, latencyMs: NaN };
    const streamed = { ...(await ask(streaming(openAiEvents()))), ...timeless };
    const whole = { ...(await ask((_, response) => json(response, openAiWhole))), ...timeless };
    expect(streamed).toEqual(whole);
  });

  test("counts the first token from the first piece of answer or thought, not from the role", async () => {
    const [role, ...rest] = openAiEvents();
    const { firstTokenMs, latencyMs } = await ask((_, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write(`: waiting\n\ndata: ${role!.data}\n\n`);
      setTimeout(() => response.end(rest.map(({ data }) => `data: ${data}\r\n\r\n`).join("")), 40);
    });
    expect(firstTokenMs).toBeGreaterThanOrEqual(35);
    expect(latencyMs).toBeGreaterThanOrEqual(firstTokenMs);
  });

  test("that ends early, or is cut, is no answer", async () => {
    const events = openAiEvents();
    for (const end of ["end", "cut"] as const) {
      const error = await failureOf((_, response) => sendEvents(response, events.slice(0, 4), end));
      expect([error.failure, error.retriable]).toEqual(["cut", true]);
    }
    const unended = await ask((_, response) => sendEvents(response, events.slice(0, -1)));
    expect(unended.text).toBe("The answer is 4 ✓");
  });

  test("whose line stays open after its last event is whole all the same", async () => {
    const { text, latencyMs } = await ask((_, response) => sendEvents(response, openAiEvents(), "open"));
    expect(text).toBe("The answer is 4 ✓");
    expect(latencyMs).toBeLessThan(400);
  });

  test("that breaks down says why", async () => {
    const failing = (error: object): Answer =>
      streaming([...openAiEvents().slice(0, 3), { data: JSON.stringify({ error }) }]);
    const server = await failureOf(failing({ message: "boom", type: "server_error", code: null }));
    expect([server.failure, server.status, server.retriable]).toEqual(["server", 500, true]);
    const limited = await failureOf(failing({ message: "slow down", code: "rate_limit_exceeded" }));
    expect(limited.failure).toBe("rate-limit");
    const broken = await failureOf(streaming([{ data: '{"choices": [' }]));
    expect([broken.failure, broken.retriable]).toEqual(["malformed", false]);
  });

  test("of an endpoint that refuses stream_options is asked for without, from then on", async () => {
    const refuses: Answer = ({ body }, response) => {
      const wantsUsage = body.includes("stream_options");
      if (wantsUsage) return json(response, { error: { message: "Unknown field: stream_options" } }, 400);
      sendEvents(response, openAiEvents(null));
    };
    const { server, provider } = await against(refuses);
    for (const _ of [1, 2]) {
      const { text, usage } = await provider.complete(request, { deadlines: defaultDeadlines });
      expect([text, usage]).toEqual(["The answer is 4 ✓", undefined]);
    }
    expect(server.requests).toHaveLength(3);
  });

  test("of a model that knows its limit by OpenAI's newer name is asked by that name", async () => {
    const refuses: Answer = ({ body }, response) => {
      const message = "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.";
      if (body.includes('"max_tokens"')) return json(response, { error: { message } }, 400);
      sendEvents(response, openAiEvents());
    };
    const { server, provider } = await against(refuses);
    await provider.complete(request, { deadlines: defaultDeadlines });
    expect(JSON.parse(server.requests[1]!.body)).toMatchObject({ max_completion_tokens: 16 });
  });

  test("bills the reported total: thoughts that were not counted as output are", async () => {
    const usage = { ...openAiUsage, completion_tokens: 7, total_tokens: 12 + 7 + 300, completion_tokens_details: null };
    expect((await ask(streaming(openAiEvents(usage)))).usage).toMatchObject({
      outputTokens: 307,
      reasoningTokens: 300,
    });
  });
});

describe("what is refused", () => {
  test("an answer longer than its cap", async () => {
    const error = await failureOf((_, response) => {
      response.writeHead(200, { "content-type": "application/json" });
      const mebibyte = Buffer.alloc(2 ** 20, " ");
      const more = (): void => {
        while (!response.destroyed && response.write(mebibyte));
        response.once("drain", more);
      };
      more();
    });
    expect([error.failure, error.retriable]).toEqual(["malformed", false]);
    expect(error.problem).toContain("longer than 67108864 bytes");
  });

  test("an account without credit is not asked again, though it says 429", async () => {
    const body = { error: { message: "You exceeded your current quota", code: "insufficient_quota" } };
    const error = await failureOf((_, response) => json(response, body, 429));
    expect([error.failure, error.retriable]).toEqual(["refused", false]);
    expect(error.mend).toContain("no credit");
  });

  test("retry-after is read as seconds and as a date", async () => {
    const at = (header: string, more: Record<string, string> = {}): Promise<EndpointError> =>
      failureOf((_, response) => json(response, {}, 429, { "retry-after": header, ...more }));
    expect((await at("1.5")).retryAfterMs).toBe(1500);
    const date = (await at(new Date(Date.now() + 60_000).toUTCString())).retryAfterMs!;
    expect(date).toBeGreaterThan(50_000);
    expect(date).toBeLessThanOrEqual(62_000); // a Date header may be a second old
    // A server whose clock is a day ahead of ours means three seconds, not a day.
    const [sent, until] = [86_400_000, 86_403_000].map((ahead) => new Date(Date.now() + ahead).toUTCString());
    expect((await at(until!, { date: sent! })).retryAfterMs).toBeLessThanOrEqual(4000);
    expect((await at("soon")).retryAfterMs).toBeUndefined();
  });
});
