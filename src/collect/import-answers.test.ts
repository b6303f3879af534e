/** Results that were there before become answers of the cache: collecting by the same configuration then asks nothing. */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { json, scriptedServer } from "../../test/support/scripted-server.ts";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import { openCache } from "../cache/open-cache.ts";
import type { AnswerCache } from "../cache/answer-cache.ts";
import { openConfig } from "./config.ts";
import type { CollectConfig } from "./config-schema.ts";
import { collect } from "./collect.ts";
import type { Collected } from "./collect.ts";
import { importAnswers } from "./import-answers.ts";
import { loadDatasets } from "./load-datasets.ts";

interface Bench {
  readonly folder: string;
  readonly cache: AnswerCache;
  readonly config: CollectConfig;
  readonly requests: () => number;
  readonly collectInto: (output: string) => Promise<Collected>;
}

/** A configuration that asks a model "small" the prompts in results/, with a server that must not be needed. */
async function bench(): Promise<Bench> {
  const folder = await temporaryFolder();
  const server = await scriptedServer((_, response) =>
    json(response, { choices: [{ message: { content: "paid" }, finish_reason: "stop" }] }),
  );
  const { cache } = await openCache(join(folder, "answers"));
  onTestFinished(async () => {
    await server.close();
    await cache.close();
  });
  await mkdir(join(folder, "results"));
  await writeFile(join(folder, "results", "toy-test-small-20251124_123456.json"), JSON.stringify(resultFile("small")));
  await writeFile(join(folder, "results", "toy-test-large-20251124_123456.json"), JSON.stringify(resultFile("large")));
  const path = join(folder, "signalbox.yaml");
  await writeFile(path, yaml(server.url));
  const { config } = await openConfig(path);
  return {
    folder,
    cache,
    config,
    requests: () => server.requests.length,
    async collectInto(output) {
      const datasets = await loadDatasets(config.datasets, folder);
      const how = { environment: {}, allowUnpriced: false, firstWaitMs: 1, cache: { cache, isOptional: false } };
      return await collect(config, datasets, { output: join(folder, output), ...how });
    },
  };
}

function yaml(url: string): string {
  return `schemaVersion: 1
datasets: [{ id: toy, path: results, system: "Be brief." }]
models: [{ name: small, model: maker/small, baseUrl: "${url}/v1", parameters: { temperature: 0 } }]
prices: { small: { inputPerMillionUsd: 1, outputPerMillionUsd: 1, source: test, asOf: 2026-11-24 } }
`;
}

function resultFile(model: string): object {
  const record = (index: number, more: object): object => ({
    index,
    origin_query: `${index}?`,
    prompt: `prompt ${index}`,
    prompt_tokens: 12,
    completion_tokens: 3,
    cost: 0.25,
    score: 1,
    prediction: "B",
    ground_truth: "B",
    raw_output: `answer ${index}`,
    ...more,
  });
  const failed = { prompt_tokens: 0, completion_tokens: 0, cost: 0, score: 0, raw_output: "Generation failed: 500" };
  const head = { model_name: model, dataset_name: "toy", split: "test", demo: false };
  return { ...head, records: [record(1, {}), record(2, {}), record(3, failed), record(4, { raw_output: "" })] };
}

test("answers of the models that the configuration names are taken in; the rest is counted", async () => {
  const { cache, config, folder } = await bench();
  const imported = await importAnswers(join(folder, "results"), config, cache);
  expect(imported).toEqual({
    imported: 2,
    there: 0,
    failed: 1,
    withoutAnswer: 1,
    unknownModels: new Map([["large", 4]]),
  });
  expect(await importAnswers(join(folder, "results"), config, cache)).toMatchObject({ imported: 0, there: 2 });
});

test("collecting then asks only what had failed, and the files hold what the answers had cost", async () => {
  const { cache, config, folder, collectInto, requests } = await bench();
  await importAnswers(join(folder, "results"), config, cache);
  const { models, files } = await collectInto("collected");
  expect(models[0]).toMatchObject({ done: 4, cached: 2 });
  expect(requests()).toBe(2);
  const { records } = JSON.parse(await readFile(files[0]!, "utf8")) as { records: object[] };
  expect(records[0]).toMatchObject({ raw_output: "answer 1", cost: 0.25, prompt_tokens: 12, completion_tokens: 3 });
  expect(records[2]).toMatchObject({ raw_output: "paid" });
});

test("files that collect wrote come back with their finish reason and the source of their cost", async () => {
  const { cache, config, folder, collectInto } = await bench();
  await importAnswers(join(folder, "results"), config, cache);
  const first = await collectInto("first");
  const { cache: fresh } = await openCache(join(folder, "fresh"));
  onTestFinished(() => fresh.close());
  expect(await importAnswers(join(folder, "first"), config, fresh)).toMatchObject({ imported: 4 });
  const how = { environment: {}, allowUnpriced: false, cache: { cache: fresh, isOptional: false } };
  const datasets = await loadDatasets(config.datasets, folder);
  const second = await collect(config, datasets, { output: join(folder, "second"), ...how });
  expect(second.models[0]).toMatchObject({ cached: 4, costUsd: 0 });
  expect(await readFile(second.files[0]!, "utf8")).toBe(await readFile(first.files[0]!, "utf8"));
});

test("all samples of what collect wrote come back, each as the one it was", async () => {
  const { cache, config, folder } = await bench();
  const several = { ...config, run: { ...config.run, samples: 3 } };
  const datasets = await loadDatasets(config.datasets, folder);
  const how = { environment: {}, allowUnpriced: false, firstWaitMs: 1 };
  const first = await collect(several, datasets, { ...how, output: join(folder, "first") });
  expect(await importAnswers(join(folder, "first"), config, cache)).toMatchObject({ imported: 12 });
  const use = { cache, isOptional: false };
  const second = await collect(several, datasets, { ...how, cache: use, output: join(folder, "second") });
  expect(second.models[0]).toMatchObject({ done: 12, cached: 12 });
  for (const [i, path] of first.files.entries())
    expect(await readFile(second.files[i]!, "utf8")).toBe(await readFile(path, "utf8"));
});

test("a table with a column of answers will do as well", async () => {
  const { cache, config, folder } = await bench();
  const path = join(folder, "table.csv");
  await writeFile(
    path,
    'dataset,prompt,llm,score,response\ntoy,prompt 1,small,1,"yes, ""B"""\ntoy,prompt 2,small,0,\n',
  );
  expect(await importAnswers(path, config, cache)).toMatchObject({ imported: 1, withoutAnswer: 1 });
  for await (const { answer } of cache.entries()) expect(answer?.completion.text).toBe('yes, "B"');
});
