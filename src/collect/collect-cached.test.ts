/** Collecting with a cache: what was paid for once, by whatever run, is not paid for again. */
import { join } from "node:path";
import { readFile } from "node:fs/promises";
import { expect, onTestFinished, test } from "vitest";
import { noRedis, redisServer } from "../../test/support/redis-server.ts";
import { json, scriptedServer } from "../../test/support/scripted-server.ts";
import type { Answer, ScriptedServer } from "../../test/support/scripted-server.ts";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import type { AnswerCache } from "../cache/answer-cache.ts";
import { openCache } from "../cache/open-cache.ts";
import { collect } from "./collect.ts";
import type { Collected } from "./collect.ts";
import type { CollectConfig } from "./config-schema.ts";
import type { CacheUse } from "./engine/call-cache.ts";

interface Bench {
  readonly server: ScriptedServer;
  readonly cache: AnswerCache;
  readonly output: (run: string) => string;
  /** collects into a folder of its own */
  readonly run: (name: string, change?: Change, use?: Partial<CacheUse>) => Promise<Collected>;
}

interface Change {
  readonly model?: Partial<CollectConfig["models"][number]>;
  readonly run?: Partial<CollectConfig["run"]>;
  readonly prompts?: readonly string[];
}

const tenPrompts = Array.from({ length: 10 }, (_, i) => `prompt ${i}`);
const finished: Answer = (_, response) =>
  json(response, {
    choices: [{ message: { content: "yes" }, finish_reason: "stop" }],
    usage: { prompt_tokens: 5, completion_tokens: 10 },
  });

async function bench(answer: Answer = finished, place?: string): Promise<Bench> {
  const folder = await temporaryFolder();
  const server = await scriptedServer(answer);
  const { cache } = await openCache(place ?? join(folder, "answers"));
  onTestFinished(async () => {
    await server.close();
    await cache.close();
  });
  const output = (run: string): string => join(folder, run);
  return {
    server,
    cache,
    output,
    run(name, { model = {}, run = {}, prompts = tenPrompts } = {}, use = {}) {
      const config = configOf(server.url, model, run);
      const placed = prompts.map((text, i) => ({ dataset: "toy", split: "test", index: i + 1, text }));
      return collect(config, [{ config: config.datasets[0]!, prompts: placed }], {
        output: output(name),
        environment: {},
        allowUnpriced: false,
        firstWaitMs: 1,
        cache: { cache, isOptional: false, ...use },
      });
    },
  };
}

function configOf(
  url: string,
  model: Partial<CollectConfig["models"][number]>,
  run: Partial<CollectConfig["run"]>,
): CollectConfig {
  const seconds = { connectSeconds: 10, firstByteSeconds: 10, idleSeconds: 10, totalSeconds: 10 };
  return {
    schemaVersion: 1,
    output: "out",
    cacheOptional: false,
    datasets: [{ id: "toy", split: "test", path: "x" }],
    models: [
      {
        name: "small",
        provider: "openai",
        model: "maker/small",
        baseUrl: `${url}/v1`,
        parameters: { maxOutputTokens: 10, extraBody: { a: 1, b: { c: 2, d: 3 } } },
        stream: true,
        concurrency: 4,
        ...model,
      },
    ],
    prices: { small: { inputPerMillionUsd: 0, outputPerMillionUsd: 10_000, source: "test", asOf: "2026-11-24" } },
    run: { samples: 1, retries: 0, ...seconds, ...run },
  };
}

test("a second run into another folder asks nothing, bills nothing, and writes the same bytes", async () => {
  const { run, server, output } = await bench();
  const first = await run("first");
  expect(first.models[0]).toMatchObject({ done: 10, cached: 0 });
  expect(first.models[0]!.costUsd).toBeCloseTo(1, 9);
  const second = await run("second", { run: { budgetUsd: 0 } });
  expect(second.models[0]).toMatchObject({ done: 10, cached: 10, costUsd: 0, unaffordable: 0 });
  expect(server.requests).toHaveLength(10);
  const [mine, theirs] = await Promise.all([first, second].map(({ files }) => readFile(files[0]!, "utf8")));
  expect(theirs).toBe(mine);
  const lines = (await readFile(join(output("second"), "journal.jsonl"), "utf8")).trim().split("\n");
  expect(JSON.parse(lines[0]!)).toMatchObject({ cached: true, attempts: 0, costUsd: 0.1, costSource: "priced" });
});

test("answers from the cache count nothing against the budget of a later run into the same folder", async () => {
  const { run } = await bench();
  await run("first");
  await run("second");
  const more = [...tenPrompts, "one more"];
  const { models } = await run("second", { prompts: more, run: { budgetUsd: 0.1 } });
  expect(models[0]).toMatchObject({ done: 1, unaffordable: 0 });
});

test.each<[string, Change]>([
  ["another model", { model: { model: "maker/large" } }],
  ["another temperature", { model: { parameters: { maxOutputTokens: 10, temperature: 1 } } }],
  ["another field of the body", { model: { parameters: { maxOutputTokens: 10, extraBody: { a: 2 } } } }],
  ["other prompts", { prompts: tenPrompts.map((text) => `${text}!`) }],
])("%s is another question", async (_, change) => {
  const { run, server } = await bench();
  await run("first");
  expect((await run("second", change)).models[0]).toMatchObject({ done: 10, cached: 0 });
  expect(server.requests).toHaveLength(20);
});

test.each<[string, Change["model"]]>([
  ["the order of the body's fields", { parameters: { extraBody: { b: { d: 3, c: 2 }, a: 1 }, maxOutputTokens: 10 } }],
  [
    "a parameter named but not set",
    { parameters: { maxOutputTokens: 10, seed: undefined, extraBody: { a: 1, b: { c: 2, d: 3 } } } },
  ],
  ["the model's name in results", { name: "small" }],
  ["its concurrency", { concurrency: 1 }],
])("%s makes no other question", async (_, model) => {
  const { run } = await bench();
  await run("first");
  expect((await run("second", { ...(model && { model }) })).models[0]).toMatchObject({ cached: 10 });
});

test("each sample of a prompt is asked, and kept, on its own", async () => {
  const { run, server } = await bench();
  await run("first", { run: { samples: 1 } });
  expect((await run("second", { run: { samples: 3 } })).models[0]).toMatchObject({ done: 30, cached: 10 });
  expect(server.requests).toHaveLength(30);
});

test("a prompt that stands in the data many times is paid for once, though all are asked at once", async () => {
  const { run, server } = await bench();
  const { models } = await run("first", {
    prompts: Array.from({ length: 20 }, () => "the same"),
    model: { concurrency: 20 },
  });
  expect(models[0]).toMatchObject({ done: 20, cached: 19 });
  expect(server.requests).toHaveLength(1);
});

test("when the same question fails, the next of its kind asks again", async () => {
  const { run, server } = await bench((request, response, nth) =>
    nth === 0 ? json(response, { error: { message: "no" } }, 500) : finished(request, response, nth),
  );
  const { models } = await run("first", { prompts: ["the same", "the same", "the same"] });
  expect(models[0]).toMatchObject({ done: 2, failed: 1, cached: 1 });
  expect(server.requests).toHaveLength(2);
});

test.each<[string, object]>([
  ["an answer that does not say why it ended", { choices: [{ message: { content: "ye" } }] }],
  ["an answer that ended in an error", { choices: [{ message: { content: "ye" }, finish_reason: "error" }] }],
])("%s is not kept", async (_, body) => {
  const { run, cache } = await bench((_request, response) => json(response, body));
  await run("first");
  expect((await run("second")).models[0]!.cached).toBe(0);
  for await (const entry of cache.entries()) expect(entry).toBeUndefined();
});

test.skipIf(noRedis !== undefined)(
  "a cache that goes away ends the run, or is gone on without when it is optional",
  async () => {
    const redis = await redisServer();
    const { run, cache } = await bench(finished, redis.url);
    const failing = cacheThatFails(cache);
    await expect(run("first", {}, { cache: failing })).rejects.toThrow(/cannot be read/);
    const told: string[] = [];
    const use = { cache: failing, isOptional: true, onTrouble: (error: Error) => void told.push(error.message) };
    expect((await run("second", {}, use)).models[0]).toMatchObject({ done: 10, cached: 0 });
    expect(told).toHaveLength(1);
  },
);

/** The cache over a connection that is closed. */
function cacheThatFails(cache: AnswerCache): AnswerCache {
  return { ...cache, get: async (key) => (await cache.close(), cache.get(key)) };
}
