import { APICallError, generateText, Output, stepCountIs, streamText, tool } from "ai";
import { MockLanguageModelV3, simulateReadableStream } from "ai/test";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { servingFit, servingTable, textOf } from "../../test/support/serving-fits.ts";
import { tableOf, withAnswers } from "../../test/support/tables.ts";
import { createRouter } from "./create-router.ts";
import { signalboxModel } from "./signalbox-model.ts";

type Streamed = Awaited<ReturnType<MockLanguageModelV3["doStream"]>>;
type Generated = Awaited<ReturnType<MockLanguageModelV3["doGenerate"]>>;

const usage = {
  inputTokens: { total: 10, noCache: 10, cacheRead: 0, cacheWrite: 0 },
  outputTokens: { total: 3, text: 3, reasoning: 0 },
} as const;
const finishReason = { unified: "stop", raw: "stop" } as const;

/** The maker's own test model: the real interface, with answers of ours. */
function answering(text: string): MockLanguageModelV3 {
  const generated: Generated = { content: [{ type: "text", text }], finishReason, usage, warnings: [] };
  return new MockLanguageModelV3({ doGenerate: generated, doStream: async () => streamed(text) });
}

function streamed(text: string): Streamed {
  const deltas = text.split(" ").map((word) => ({ type: "text-delta" as const, id: "1", delta: `${word} ` }));
  return {
    stream: simulateReadableStream({
      chunks: [
        { type: "stream-start", warnings: [] },
        { type: "text-start", id: "1" },
        ...deltas,
        { type: "text-end", id: "1" },
        { type: "finish", finishReason, usage },
      ],
    }),
  };
}

function failing(): MockLanguageModelV3 {
  const error = new APICallError({
    message: "overloaded",
    url: "",
    requestBodyValues: {},
    statusCode: 400,
    isRetryable: false,
  });
  return new MockLanguageModelV3({ doGenerate: () => Promise.reject(error), doStream: () => Promise.reject(error) });
}

const table = servingTable();
const router = await createRouter({
  router: await servingFit("knn", table),
  config: { capabilities: { strong: { tools: false, json: false, vision: false } } },
});
const models = { cheap: answering("from cheap"), middle: answering("from middle"), strong: answering("from strong") };
const hard = textOf("maths", 2);

describe("a model for the AI SDK", () => {
  test("gives each call to the model the router chooses, and says who and why", async () => {
    const model = signalboxModel({ router, models });
    const [one, two] = [
      await generateText({ model, prompt: hard }),
      await generateText({
        model,
        prompt: textOf("letters", 3),
        providerOptions: { signalbox: { policy: "costWeight 10" } },
      }),
    ];
    expect([one.text, two.text]).toEqual(["from strong", "from cheap"]);
    expect(one.providerMetadata?.["signalbox"]).toMatchObject({
      model: "strong",
      asked: ["strong"],
      reason: "knn, argmax",
    });
  });

  test("streams what the chosen model streams", async () => {
    const result = streamText({ model: signalboxModel({ router, models }), prompt: hard });
    const words: string[] = [];
    for await (const word of result.textStream) words.push(word);
    expect(words).toEqual(["from ", "strong "]);
    expect((await result.providerMetadata)?.["signalbox"]).toMatchObject({ model: "strong" });
  });

  test("asks the next best when one fails before its first part, streamed or not", async () => {
    const model = signalboxModel({ router, models: { ...models, strong: failing() } });
    const { text, providerMetadata } = await generateText({ model, prompt: hard });
    expect(text).not.toBe("");
    expect(providerMetadata?.["signalbox"]).toMatchObject({ chosen: "strong", asked: ["strong", expect.any(String)] });
    const result = streamText({ model, prompt: hard });
    expect((await result.text).trim()).toBe(text);
  });

  test("an error part before any content gives way too", async () => {
    const stream = {
      stream: simulateReadableStream({ chunks: [{ type: "error" as const, error: new Error("cut") }] }),
    };
    const broken = new MockLanguageModelV3({ doStream: async () => stream });
    const result = streamText({
      model: signalboxModel({ router, models: { ...models, strong: broken } }),
      prompt: hard,
    });
    expect(await result.text).not.toBe("");
  });

  test("throws the last error when all fail", async () => {
    const all = { cheap: failing(), middle: failing(), strong: failing() };
    const model = signalboxModel({ router, models: all });
    await expect(generateText({ model, prompt: hard, maxRetries: 0 })).rejects.toThrow("overloaded");
    expect(
      all.cheap.doGenerateCalls.length + all.middle.doGenerateCalls.length + all.strong.doGenerateCalls.length,
    ).toBe(3);
  });

  test("asks nobody else when the caller leaves", async () => {
    const leaving = new AbortController();
    const strong = new MockLanguageModelV3({
      doGenerate() {
        leaving.abort();
        return Promise.reject(new Error("stopped"));
      },
    });
    const pool = { cheap: answering("from cheap"), middle: answering("from middle"), strong };
    const call = generateText({
      model: signalboxModel({ router, models: pool }),
      prompt: hard,
      abortSignal: leaving.signal,
    });
    await expect(call).rejects.toThrow();
    expect(pool.cheap.doGenerateCalls.length + pool.middle.doGenerateCalls.length).toBe(0);
  });

  test("tools, JSON and images pass the capability gate first", async () => {
    const model = signalboxModel({ router, models });
    const weather = tool({ inputSchema: z.object({}), execute: () => "sunny" });
    const withTools = await generateText({ model, prompt: hard, tools: { weather }, stopWhen: stepCountIs(1) });
    const image = { type: "image" as const, image: new Uint8Array([137, 80, 78, 71]), mediaType: "image/png" };
    const content = [{ type: "text" as const, text: hard }, image];
    const withImage = await generateText({ model, messages: [{ role: "user", content }] });
    expect([withTools.text, withImage.text]).not.toContain("from strong");
    const json = answering('{"a":1}');
    const asked = signalboxModel({ router, models: { cheap: json, middle: json, strong: failing() } });
    const { output } = await generateText({
      model: asked,
      prompt: hard,
      output: Output.object({ schema: z.object({ a: z.number() }) }),
    });
    expect(output).toEqual({ a: 1 });
  });

  test("a model of the pool that is not given is never chosen", async () => {
    const model = signalboxModel({ router, models: { cheap: models.cheap } });
    expect((await generateText({ model, prompt: hard })).text).toBe("from cheap");
    expect(() => signalboxModel({ router, models: { other: models.cheap } })).toThrow("none of the models");
  });

  test("what a call says that cannot be read is an error", async () => {
    const model = signalboxModel({ router, models });
    const call = generateText({ model, prompt: hard, providerOptions: { signalbox: { allwo: ["cheap"] } } });
    await expect(call).rejects.toThrow("allwo");
  });
});

describe("a cascade behind the AI SDK", () => {
  const score = Array.from({ length: 40 }, (_, i) => [Number(i % 4 !== 0), Number(i % 4 !== 1), 1]);
  const answered = withAnswers(
    tableOf({ score, models: ["a", "b", "dear"], costUsd: score.map(() => [0.001, 0.001, 0.02]) }),
  );

  test.each([
    ["agree", "42", ["a", "b"], "Answer: 42"],
    ["do not agree", "41", ["a", "b", "dear"], "Answer: 43"],
  ])("when the first two %s, it asks %s and so on", async (_, second, asked, text) => {
    const cascade = await createRouter({ router: await servingFit("agreement", answered) });
    const pool = { a: answering("Answer: 42"), b: answering(`Answer: ${second}`), dear: answering("Answer: 43") };
    const model = signalboxModel({ router: cascade, models: pool });
    const providerOptions = { signalbox: { policy: "argmax" } };
    const generated = await generateText({ model, prompt: "why?", providerOptions });
    expect(generated.text).toBe(text);
    expect(generated.providerMetadata?.["signalbox"]).toMatchObject({ asked, model: asked.at(-1) });
    const result = streamText({ model, prompt: "why?", providerOptions });
    expect((await result.text).trim()).toBe(text);
    expect((await result.providerMetadata)?.["signalbox"]).toMatchObject({ asked });
  });

  test("when its last model fails, it pays for no answer twice that was rejected before", async () => {
    const cascade = await createRouter({ router: await servingFit("agreement", answered) });
    const pool = { a: answering("Answer: 42"), b: answering("Answer: 41"), dear: failing() };
    const model = signalboxModel({ router: cascade, models: pool });
    const providerOptions = { signalbox: { policy: "argmax" } };
    const options = { model, prompt: "why?", providerOptions, maxRetries: 0 };
    await expect(generateText(options)).rejects.toThrow("overloaded");
    expect([pool.a.doGenerateCalls.length, pool.b.doGenerateCalls.length]).toEqual([1, 1]);
  });
});
