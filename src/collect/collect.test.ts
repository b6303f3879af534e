import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { folderContent } from "../../test/support/folder-content.ts";
import { json, scriptedServer } from "../../test/support/scripted-server.ts";
import type { Answer, ScriptedServer } from "../../test/support/scripted-server.ts";
import { openData } from "../store/open-data.ts";
import { collect } from "./collect.ts";
import type { Collected, CollectOptions } from "./collect.ts";
import { readCollectConfig } from "./config.ts";
import type { CollectConfig } from "./config-schema.ts";
import type { LoadedDataset } from "./engine/plan.ts";

const key = "sk-canary-0123456789";
const dearCall = { inputPerMillionUsd: 0, outputPerMillionUsd: 10_000, source: "test", asOf: "2026-11-24" }; // 10 tokens = 0.1 USD
const answer =
  (tokens: number, model?: string): Answer =>
  ({ body }, response) =>
    json(response, {
      model: model ?? (JSON.parse(body) as { model: string }).model,
      choices: [{ message: { content: "yes" }, finish_reason: "stop" }],
      usage: { prompt_tokens: 5, completion_tokens: tokens },
    });

interface Bench {
  readonly server: ScriptedServer;
  readonly output: string;
  readonly run: (change?: Partial<CollectConfig["run"]>, options?: Partial<CollectOptions>) => Promise<Collected>;
}

async function bench(
  answers: Answer,
  prompts: number,
  models = ["a", "b"],
  prices: CollectConfig["prices"] = Object.fromEntries(models.map((name) => [name, dearCall])),
): Promise<Bench> {
  const folder = await mkdtemp(join(tmpdir(), "signalbox-collect-"));
  const server = await scriptedServer(answers);
  onTestFinished(async () => {
    await server.close();
    await rm(folder, { recursive: true, force: true });
  });
  const path = join(folder, "signalbox.yaml");
  const lines = models.map(
    (name) =>
      `  - { name: ${name}, model: maker/${name}, baseUrl: "${server.url}/v1", keyEnv: KEY, concurrency: 20, parameters: { maxOutputTokens: 10 } }`,
  );
  await writeFile(path, `schemaVersion: 1\ndatasets: [{ id: toy, path: x }]\nmodels:\n${lines.join("\n")}\n`);
  const config = await readCollectConfig(path);
  const place = (i: number) => ({ dataset: "toy", split: "test", index: i + 1, text: `prompt ${i}` });
  const datasets: LoadedDataset[] = [
    { config: config.datasets[0]!, prompts: Array.from({ length: prompts }, (_, i) => place(i)) },
  ];
  const output = join(folder, "out");
  return {
    server,
    output,
    run: (change = {}, options = {}) =>
      collect({ ...config, prices, run: { ...config.run, retries: 1, ...change } }, datasets, {
        output,
        environment: { KEY: key },
        allowUnpriced: false,
        firstWaitMs: 1,
        ...options,
      }),
  };
}

const sumOf = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0);

describe("collecting", () => {
  test("asks every model every prompt once, and writes what can be read", async () => {
    const { run, server, output } = await bench(answer(10), 12);
    const { models, files } = await run();
    expect(models.map(({ done, failed }) => [done, failed])).toEqual([
      [12, 0],
      [12, 0],
    ]);
    expect(models[0]!.costUsd).toBeCloseTo(1.2, 9);
    expect(files).toHaveLength(2);
    expect(server.requests).toHaveLength(24);
    const { table } = await openData(output, { unscored: "missing", snapshot: "off" });
    expect(table.models.map(({ id }) => id)).toEqual(["a", "b"]);
    expect((await run()).kept).toBe(24);
    expect(server.requests).toHaveLength(24);
  });

  test("the same answers give the same files, byte by byte, in whatever order and however late they came", async () => {
    const late: Answer = async (request, response, nth) => {
      await new Promise((resolve) => setTimeout(resolve, (nth * 7919) % 23));
      return answer(10)(request, response, nth);
    };
    const [one, other] = [await bench(answer(10), 12), await bench(late, 12)];
    await one.run({ samples: 2 });
    await other.run({ samples: 2 });
    const files = await folderContent(join(one.output, "results"));
    expect(Object.keys(files)).toHaveLength(4);
    expect(await folderContent(join(other.output, "results"))).toEqual(files);
  });

  test("several samples are a result file each, of which a table takes the means, from the files as from the snapshot", async () => {
    const { output, run } = await bench((request, response, nth) => answer(nth + 1)(request, response, nth), 3, ["a"]);
    const { files: one } = await run();
    const first = await openData(output, { unscored: "zero", snapshot: "off" });
    const before = await folderContent(join(output, "results"));
    const { files: three } = await run({ samples: 3 });
    expect(three.map((path) => /\d{8}_\d{6}/.exec(path)![0])).toEqual([
      "20000101_000000",
      "19991231_235959",
      "19991231_235958",
    ]);
    expect(three[0]).toBe(one[0]);
    expect(await folderContent(join(output, "results"))).toMatchObject(before);
    const again = await openData(output, { unscored: "zero", snapshot: "off" });
    expect(again.table.samples).toEqual([3, 3]);
    // Nine calls, each a token longer than the one before: the first three are the first samples.
    expect(sumOf(first.table.completionTokens.data)).toBe(1 + 2 + 3);
    expect(sumOf(again.table.completionTokens.data)).toBeCloseTo(((1 + 9) * 4.5) / 3, 9);
    const partitioned = await openData(join(output, "snapshot"), { unscored: "zero", snapshot: "off" });
    expect(partitioned.table.completionTokens).toEqual(again.table.completionTokens);
    expect(partitioned.table.samples).toEqual([3, 3]);
  });

  test("a hundred calls on a budget for ten spend no more than the budget, and use it up", async () => {
    const { run, server } = await bench(answer(10), 100, ["a"]);
    const { models } = await run({ budgetUsd: 1 });
    expect(models[0]!.costUsd).toBeLessThanOrEqual(1 + 1e-9);
    expect(models[0]).toMatchObject({ done: 10, unaffordable: 90 });
    expect(server.requests).toHaveLength(10);
    expect((await run({ budgetUsd: 1.5 })).models[0]!.done).toBe(5);
  });

  test("calls that turn out cheaper than reserved leave room for others", async () => {
    const { run } = await bench(answer(1), 60, ["a"]);
    const { models } = await run({ budgetUsd: 0.5 });
    // Each takes 0.01 of the 0.1 reserved: the last must still fit whole.
    expect(models[0]!.done).toBeGreaterThanOrEqual(40);
    expect(models[0]!.costUsd).toBeLessThanOrEqual(0.5);
  });

  test("a failure is a failure: never a score, never free of mention, tried again next time", async () => {
    let broken = true;
    const { run, output } = await bench(
      (request, response, nth) => {
        if (broken && request.body.includes('prompt 1"')) return json(response, { error: { message: "no" } }, 500);
        return answer(10)(request, response, nth);
      },
      3,
      ["a"],
    );
    const { models, files } = await run();
    expect(models[0]).toMatchObject({ done: 2, failed: 1 });
    expect(models[0]!.firstFailure).toContain("500");
    const { records } = JSON.parse(await readFile(files[0]!, "utf8")) as { records: Record<string, unknown>[] };
    expect(records[1]).toMatchObject({ index: 2, score: null, raw_output: "Generation failed: answered 500: no" });
    broken = false;
    expect((await run()).models[0]).toMatchObject({ done: 1, failed: 0 });
    const { table } = await openData(output, { unscored: "missing", snapshot: "off" });
    expect(table.prompts).toHaveLength(3);
  });

  test("says how often another model answered than was asked", async () => {
    const { run } = await bench(answer(10, "maker/other"), 4, ["a"]);
    expect((await run()).models[0]!.otherModel).toBe(4);
  });

  test("says how many answers were longer than asked for, and by how much that was dearer than reserved", async () => {
    const { run } = await bench((request, response, nth) => answer(nth < 2 ? 15 : 10)(request, response, nth), 5, [
      "a",
    ]);
    const { longer, dearer } = (await run()).models[0]!.overrun;
    expect([longer, dearer.calls]).toEqual([2, 2]);
    expect(dearer.costUsd).toBeCloseTo(0.1, 9);
  });

  test("an answer without usage, or with one that cannot be, is priced by counted tokens, and says so", async () => {
    const odd = [
      undefined,
      { prompt_tokens: -5, completion_tokens: 3 },
      { prompt_tokens: 1e15, completion_tokens: 1 },
      "12",
    ];
    const { run } = await bench(
      (_, response, nth) => json(response, { choices: [{ message: { content: "yes" } }], usage: odd[nth] }),
      odd.length,
      ["a"],
    );
    const { models, files } = await run();
    expect(models[0]!.costUsd).toBeCloseTo(odd.length * 0.01, 9); // "yes" is one token
    expect(models[0]!.account.bySource.estimated.calls).toBe(odd.length);
    const { records } = JSON.parse(await readFile(files[0]!, "utf8")) as { records: Record<string, unknown>[] };
    expect(records[0]).toMatchObject({
      completion_tokens: 1,
      extra_fields: { cost_source: "estimated", usage_source: "counted" },
    });
  });

  test("the summary says how each cost is known, what was billed, and where the two differ", async () => {
    const bills = [0.1, 0.1, 0.4, 0];
    const answers: Answer = ({ body }, response, nth) =>
      json(response, {
        choices: [{ message: { content: "yes" } }],
        ...(body.includes('prompt 3"') ? {} : { usage: { prompt_tokens: 5, completion_tokens: 10, cost: bills[nth] } }),
      });
    const { run } = await bench(answers, 4, ["a"]);
    const { models } = await run({}, {});
    const { bySource, bills: billed, billDiffers } = models[0]!.account;
    expect([bySource.priced.calls, bySource.estimated.calls, bySource.none.calls]).toEqual([3, 1, 0]);
    expect(bySource.priced.costUsd).toBeCloseTo(0.3, 9);
    expect(billed.calls).toBe(3);
    expect(billDiffers).toBe(1);
  });

  test("an unpriced model is allowed on request: its bill counts, and no bill is no price", async () => {
    const answers: Answer = (_, response, nth) =>
      json(response, {
        choices: [{ message: { content: "yes" } }],
        usage: { prompt_tokens: 5, completion_tokens: 1, cost: nth === 0 ? 0.25 : 0 },
      });
    const { run } = await bench(answers, 2, ["a"], {});
    await expect(run()).rejects.toThrow(/has no price/);
    const { models } = await run({}, { allowUnpriced: true });
    expect(models[0]!.costUsd).toBeNaN();
    expect(models[0]!.account.bySource).toMatchObject({ billed: { calls: 1, costUsd: 0.25 }, none: { calls: 1 } });
  });

  test("refuses before the first call: a key that is not set, a model without a price", async () => {
    const { run, server } = await bench(answer(10), 2);
    await expect(run({}, { environment: {} })).rejects.toThrow(/KEY is not set/);
    expect(server.requests).toHaveLength(0);
  });

  test("shows the key nowhere", async () => {
    const { run, output } = await bench((_, response) => json(response, { error: { message: key } }, 400), 2, ["a"]);
    const collected = await run();
    expect(JSON.stringify(collected)).not.toContain(key);
    expect(await readFile(join(output, "journal.jsonl"), "utf8")).not.toContain(key);
  });
});
