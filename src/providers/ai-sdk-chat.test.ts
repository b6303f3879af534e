import { describe, expect, onTestFinished, test } from "vitest";
import { json, scriptedServer } from "../../test/support/scripted-server.ts";
import type { Answer, ScriptedServer } from "../../test/support/scripted-server.ts";
import { geminiEvents, openAiEvents, sendEvents, streaming } from "../../test/support/wire-scripts.ts";
import { defaultDeadlines } from "../core/chat.ts";
import type { CallDeadlines, ChatCompletion, ChatParameters, ChatProvider } from "../core/chat.ts";
import { EndpointError } from "./endpoint-error.ts";
import { loadAiSdk } from "./load-ai-sdk.ts";
import { chatProvider } from "./registry.ts";

const google = "@ai-sdk/google";

async function against(answer: Answer, name = google): Promise<{ server: ScriptedServer; provider: ChatProvider }> {
  const server = await scriptedServer(answer);
  const apiKey = "AIza-canary-0123456789-0123456789";
  const provider = await chatProvider({ format: "ai-sdk", package: name, baseUrl: `${server.url}/v1beta`, apiKey });
  onTestFinished(async () => {
    await server.close();
    await provider.close();
  });
  return { server, provider };
}

interface Asked {
  readonly parameters?: ChatParameters;
  readonly deadlines?: Partial<CallDeadlines>;
  readonly name?: string;
}

async function ask(answer: Answer, { parameters = {}, deadlines, name }: Asked = {}): Promise<ChatCompletion> {
  const { provider } = await against(answer, name);
  const messages = [
    { role: "system" as const, content: "Be brief." },
    { role: "user" as const, content: "2 + 2?" },
  ];
  const request = { model: "gemini-2.5-flash", messages, parameters };
  return await provider.complete(request, { deadlines: { ...defaultDeadlines, ...deadlines } });
}

async function failureOf(answer: Answer, asked?: Asked): Promise<EndpointError> {
  const error: unknown = await ask(answer, asked).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(EndpointError);
  return error as EndpointError;
}

describe("a chat through a package of the AI SDK", () => {
  test("asks Gemini in its own format, with what was given and nothing else", async () => {
    const { server, provider } = await against(streaming(geminiEvents()));
    const parameters = {
      temperature: 0,
      topP: 0.9,
      maxOutputTokens: 64,
      seed: 7,
      extraBody: { google: { thinkingConfig: { thinkingBudget: 1024 } } },
    };
    const messages = [{ role: "user" as const, content: "2 + 2?" }];
    await provider.complete({ model: "gemini-2.5-flash", messages, parameters }, { deadlines: defaultDeadlines });
    const [sent] = server.requests;
    expect(sent!.path).toBe("/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse");
    expect(sent!.headers["x-goog-api-key"]).toBe("AIza-canary-0123456789-0123456789");
    expect(JSON.parse(sent!.body)).toEqual({
      contents: [{ role: "user", parts: [{ text: "2 + 2?" }] }],
      generationConfig: {
        temperature: 0,
        topP: 0.9,
        maxOutputTokens: 64,
        seed: 7,
        thinkingConfig: { thinkingBudget: 1024 },
      },
    });
  });

  test("gives text and thoughts apart, thoughts billed as output, and the model that Gemini says has answered", async () => {
    const completion = await ask(streaming(geminiEvents()));
    expect(completion).toMatchObject({
      text: "The answer is 4 ✓",
      reasoning: "two and two",
      finishReason: "STOP",
      servedModel: "gemini-2.5-flash-002",
      requestId: "resp-1",
      usage: { inputTokens: 12, cachedInputTokens: 8, outputTokens: 25, reasoningTokens: 18 },
    });
    expect(completion.firstTokenMs).toBeGreaterThan(0);
    expect(completion.latencyMs).toBeGreaterThanOrEqual(completion.firstTokenMs);
  });

  test("works with any package of the SDK, and says nothing of usage where the endpoint says nothing", async () => {
    const name = "@ai-sdk/openai-compatible";
    const { text, servedModel, finishReason } = await ask(streaming(openAiEvents()), { name });
    expect([text, servedModel, finishReason]).toEqual(["The answer is 4 ✓", "maker/small", "stop"]);
    expect((await ask(streaming(openAiEvents(null)), { name })).usage).toBeUndefined();
  });

  test.each([
    [429, "rate-limit", true],
    [503, "server", true],
    [400, "refused", false],
    [403, "refused", false],
    [302, "refused", false],
  ] as const)("a %i is %s, worth another try: %s, and sent once", async (status, failure, retriable) => {
    let asked = 0;
    const error = await failureOf((_, response) => {
      asked++;
      json(response, { error: { code: status, message: "no", status: "NO" } }, status, {
        "retry-after": "2",
        location: "/elsewhere",
      });
    });
    expect([error.status, error.failure, error.retriable, asked]).toEqual([status, failure, retriable, 1]);
    if (status === 429) expect(error.retryAfterMs).toBe(2000);
  });

  test("a cut stream, one that ends early, no JSON and a closed door are told apart", async () => {
    const cut = await failureOf((_, response) => sendEvents(response, geminiEvents().slice(0, 2), "cut"));
    expect([cut.failure, cut.retriable]).toEqual(["cut", true]);
    expect((await failureOf(streaming(geminiEvents().slice(0, 2)))).failure).toBe("cut");
    expect((await failureOf(streaming([{ data: '{"candidates": [' }]))).failure).toBe("malformed");
    const door = await chatProvider({ format: "ai-sdk", package: google, baseUrl: "http://127.0.0.1:9", apiKey: "k" });
    onTestFinished(() => door.close());
    const request = { model: "m", messages: [{ role: "user" as const, content: "?" }], parameters: {} };
    const error: unknown = await door.complete(request, { deadlines: defaultDeadlines }).catch((thrown) => thrown);
    expect(error).toMatchObject({ failure: "connect", retriable: true });
  });

  test("each deadline fires alone", async () => {
    const silent: Answer = () => undefined;
    const idle: Answer = (_, response) => sendEvents(response, geminiEvents().slice(0, 1), "open");
    const late = async (answer: Answer, deadlines: Partial<CallDeadlines>): Promise<string> => {
      const { failure, problem } = await failureOf(answer, { deadlines });
      return `${failure}: ${problem}`;
    };
    expect(await late(silent, { totalMs: 60 })).toBe("deadline: gave no answer within 60 ms");
    expect(await late(silent, { firstByteMs: 50 })).toBe("deadline: sent nothing within 50 ms");
    expect(await late(idle, { idleMs: 50 })).toContain("deadline: fell silent for 50 ms");
  });

  test("an aborted call ends with the signal's own reason", async () => {
    const { provider } = await against(() => undefined);
    const controller = new AbortController();
    const request = { model: "m", messages: [{ role: "user" as const, content: "?" }], parameters: {} };
    const call = provider.complete(request, { deadlines: defaultDeadlines, signal: controller.signal });
    setTimeout(() => controller.abort(new Error("enough")), 20);
    await expect(call).rejects.toThrow("enough");
  });
});

describe("packages of the AI SDK", () => {
  test("one that is not installed is named with the command that installs a fitting pair", async () => {
    const missing = chatProvider({ format: "ai-sdk", package: "@ai-sdk/mistral", apiKey: "k" });
    await expect(missing).rejects.toThrow(
      "@ai-sdk/mistral is not installed. Install them: npm install ai@6 @ai-sdk/mistral@3",
    );
    await expect(loadAiSdk("@ai-sdk/nonesuch")).rejects.toThrow(
      /npm install ai@6.*npm view @ai-sdk\/nonesuch versions/,
    );
  });

  test("majors that do not fit together are told before the first call, with both versions", async () => {
    const factory = { createOther: () => () => ({ specificationVersion: "v4" }) };
    const pair = (sdk: string) => async (name: string) =>
      name === "ai" ? { version: sdk, exports: {} } : { version: "4.0.121", exports: factory };
    await expect(loadAiSdk(google, pair("7.0.173"))).rejects.toThrow(
      /ai 7\.0\.173 is installed, but ai 6.*npm install ai@6 @ai-sdk\/google@3/,
    );
    const sdk = await loadAiSdk(google, pair("6.0.1"));
    expect(() => sdk.model({}, "m")).toThrow(/google 4\.0\.121 speaks v4.*speak v3 are needed/);
  });

  test("a package that is none of the SDK is refused", async () => {
    await expect(loadAiSdk("zod")).rejects.toThrow("no provider package of the AI SDK");
  });
});
