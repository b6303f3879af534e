import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import { readCollectConfig } from "./config.ts";
import type { CollectConfig } from "./config-schema.ts";
import { plannedCalls } from "./engine/plan.ts";
import type { LoadedDataset } from "./engine/plan.ts";
import { estimate } from "./estimate.ts";
import type { Estimate, EstimateOptions } from "./estimate.ts";
import { lineOf } from "./journal/record.ts";
import { refusals } from "./refusals.ts";

const text = `
schemaVersion: 1
datasets: [{ id: toy, path: x }, { id: long, path: x, system: be brief }]
models:
  - { name: a, model: maker/a, baseUrl: "http://127.0.0.1:1/v1", keyEnv: A_KEY, concurrency: 10 }
  - { name: b, model: maker/b, baseUrl: "http://127.0.0.1:1/v1", requestsPerMinute: 6, parameters: { maxOutputTokens: 100 } }
prices:
  a: { inputPerMillionUsd: 1, outputPerMillionUsd: 10, source: test, asOf: 2026-01-01 }
  b: { inputPerMillionUsd: 1, outputPerMillionUsd: 1, source: test, asOf: 2026-01-01 }
`;

interface Bench {
  readonly config: CollectConfig;
  readonly datasets: LoadedDataset[];
  readonly output: string;
  readonly run: (options?: Partial<EstimateOptions>) => Promise<Estimate>;
}

async function bench(): Promise<Bench> {
  const output = await temporaryFolder();
  const path = join(output, "signalbox.yaml");
  await writeFile(path, text);
  const config = await readCollectConfig(path);
  const prompts = (dataset: string, count: number) =>
    Array.from({ length: count }, (_, i) => ({ dataset, split: "test", index: i + 1, text: "one two three four" }));
  const datasets = [
    { config: config.datasets[0]!, prompts: prompts("toy", 20) },
    { config: config.datasets[1]!, prompts: prompts("long", 10) },
  ];
  return { config, datasets, output, run: (options) => estimate(config, datasets, { output, ...options }) };
}

describe("an estimate", () => {
  test("counts calls, tokens, USD and time per model and data set", async () => {
    const { models, ...all } = await (await bench()).run({ answerTokens: 50, callSeconds: 3 });
    const [a, b] = models;
    // "one two three four" is 4 tokens, "be brief" 2, and each message takes 4 beside its text.
    expect(a!.datasets.map(({ calls, inputTokens, outputTokens }) => [calls, inputTokens, outputTokens])).toEqual([
      [20, 160, 1000],
      [10, 140, 500],
    ]);
    expect(a!.expectedUsd).toBeCloseTo((300 * 1 + 1500 * 10) / 1e6, 12);
    expect(a!.mostUsd).toBeGreaterThan(30 * 4096 * 10e-6);
    expect(a!.seconds).toBe(9); // three rounds of ten
    expect(b!.seconds).toBe(300); // six a minute
    expect([all.calls, all.toAsk, all.kept, all.seconds, all.prompts]).toEqual([60, 60, 0, 300, 30]);
  });

  test("says what it assumes where nothing was measured", async () => {
    const { models } = await (await bench()).run();
    expect(models.map(({ answerTokens, callSeconds }) => [answerTokens, callSeconds])).toEqual([
      [
        { value: 500, from: "assumed" },
        { value: 11, from: "assumed" },
      ],
      [
        { value: 100, from: "assumed" },
        { value: 3, from: "assumed" },
      ],
    ]);
  });

  test("takes what the journal holds as done, and its means for the rest", async () => {
    const { config, datasets, output, run } = await bench();
    const [first, second, third] = plannedCalls(config.models[0]!, datasets, 1, undefined);
    const usage = {
      inputTokens: 5,
      cachedInputTokens: NaN,
      cacheWriteTokens: NaN,
      outputTokens: 70,
      reasoningTokens: NaN,
    };
    const completion = {
      text: "",
      finishReason: "",
      servedModel: "",
      usage,
      reportedCostUsd: NaN,
      firstTokenMs: NaN,
      latencyMs: 2000,
      requestId: "",
    };
    const common = { requestedModel: "maker/a", attempts: 1, at: "2026-01-01T00:00:00Z" };
    const done = { status: "done", completion, costUsd: 0.5, costSource: "priced", cached: false } as const;
    const failed = { status: "fail", failure: "server", httpStatus: 500, reason: "no" } as const;
    const lines = [
      lineOf({ ...first!, ...common, ...done }),
      lineOf({ ...second!, ...common, ...done, completion: { ...completion, latencyMs: 4000, usage: undefined } }),
      lineOf({ ...third!, ...common, ...failed }),
    ];
    await writeFile(join(output, "journal.jsonl"), `${lines.join("\n")}\n{"key":"torn`);
    const { models, kept, toAsk, spentUsd } = await run();
    expect([kept, toAsk, spentUsd]).toEqual([2, 58, 1]);
    expect(models[0]).toMatchObject({
      kept: 2,
      answerTokens: { value: 70, from: "journal" },
      callSeconds: { value: 3, from: "journal" },
    });
    expect(models[1]!.answerTokens.from).toBe("assumed");
  });

  test("takes what the cache holds as had", async () => {
    const { models } = await (await bench()).run({ isCached: ({ index, model }) => model === "a" && index <= 5 });
    expect(models.map(({ cached, toAsk }) => [cached, toAsk])).toEqual([
      [10, 20],
      [0, 30],
    ]);
  });

  test("counts some thousand prompts, and takes the others by their length", async () => {
    const { config, output } = await bench();
    const prompts = Array.from({ length: 12_000 }, (_, i) => ({
      dataset: "toy",
      split: "test",
      index: i + 1,
      text: "one two three four",
    }));
    const { countedPrompts, inputTokens } = await estimate(config, [{ config: config.datasets[0]!, prompts }], {
      output,
    });
    expect(countedPrompts).toBe(4000);
    expect(inputTokens).toBe(2 * 12_000 * 8);
  });

  test("does not know the cost of a model without a price, and does not call it none", async () => {
    const { config, datasets, output } = await bench();
    const { models, mostUsd } = await estimate({ ...config, prices: {} }, datasets, { output });
    expect(models.map(({ price }) => price)).toEqual([undefined, undefined]);
    expect([models[0]!.expectedUsd, mostUsd]).toEqual([NaN, NaN]);
  });
});

test("everything that collect would refuse is told at once", async () => {
  const { config } = await bench();
  const [a, b] = config.models;
  const broken = { ...config, prices: {}, models: [a!, { ...b!, baseUrl: "http://example.com/v1" }] };
  const found = await refusals(broken, { environment: {}, allowUnpriced: false });
  expect(found.map(String).join("\n")).toMatch(
    /A_KEY is not set[\s\S]*maker\/a" has no price[\s\S]*baseUrl of model b[\s\S]*maker\/b" has no price/,
  );
  expect(await refusals(config, { environment: { A_KEY: "x" }, allowUnpriced: false })).toEqual([]);
});
