/** The snapshot of a collected folder: what other engines read, and what the result files do not tell. */
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { json, scriptedServer } from "../../test/support/scripted-server.ts";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import { quoted, withDuckDb } from "../store/duckdb.ts";
import { openData } from "../store/open-data.ts";
import { collect } from "./collect.ts";
import { readCollectConfig } from "./config.ts";
import { loadDatasets } from "./load-datasets.ts";

const models = ["plain", "maker: größer=50% (new)"];

/** Collects two prompts from two models, one of them with a name no path likes; the second prompt fails. */
async function collected(samples = 1): Promise<string> {
  const folder = await temporaryFolder();
  const server = await scriptedServer((request, response) => {
    if (request.body.includes("what fails")) return json(response, { error: { message: "no" } }, 400);
    json(response, {
      model: (JSON.parse(request.body) as { model: string }).model,
      choices: [{ message: { content: 'it\'s "yes"\n' }, finish_reason: "stop" }],
      usage: { prompt_tokens: 5, completion_tokens: 7 },
    });
  });
  onTestFinished(() => server.close());
  const lines = ["what works", "what fails"].map((prompt) => JSON.stringify({ prompt, ground_truth: "yes" }));
  await writeFile(join(folder, "prompts.jsonl"), lines.join("\n"));
  const path = join(folder, "signalbox.yaml");
  const entries = models.map(
    (name) => `  - { name: ${JSON.stringify(name)}, model: m, baseUrl: "${server.url}/v1", stream: false }`,
  );
  await writeFile(
    path,
    `schemaVersion: 1\ndatasets: [{ id: "toy set", split: dev, path: prompts.jsonl }]\nmodels:\n${entries.join("\n")}\nrun: { samples: ${samples}, retries: 0 }\n`,
  );
  const config = await readCollectConfig(path);
  const datasets = await loadDatasets(config.datasets, folder);
  const output = join(folder, "out");
  await collect(config, datasets, { output, environment: {}, allowUnpriced: true });
  return output;
}

async function query(snapshot: string, columns: string): Promise<unknown[][]> {
  const files = quoted(join(snapshot, "**", "*.parquet"));
  return await withDuckDb(async (connection) => {
    const found = await connection.runAndReadAll(
      `SELECT ${columns} FROM read_parquet(${files}, hive_partitioning = true) ORDER BY model, "index", sample`,
    );
    return found.getRowsJson();
  });
}

test("DuckDB reads it as one table, partitioned by data set, split and model", async () => {
  const snapshot = join(await collected(), "snapshot");
  expect(await query(snapshot, `dataset, split, model, "index", status, raw_output, attempts, cached`)).toEqual(
    models.toSorted().flatMap((model) => [
      ["toy set", "dev", model, 1, "unscored", 'it\'s "yes"\n', 1, false],
      ["toy set", "dev", model, 2, "failed", "Generation failed: answered 400: no", 1, false],
    ]),
  );
  for (const [latency, tokens, cost] of await query(snapshot, "latency_s, completion_tokens, cost")) {
    expect(cost).toBeNull();
    expect(latency === null).toBe(tokens === null);
    if (latency !== null) expect(latency).toBeGreaterThan(0);
  }
});

test("it opens as data, and tells the same table as the result files beside it", async () => {
  const output = await collected();
  const options = { unscored: "missing", snapshot: "off" } as const;
  const files = await openData(join(output, "results"), options);
  const opened = await openData(join(output, "snapshot"), options);
  expect(files.table.latencySeconds).toBeUndefined();
  for (const name of ["prompts", "datasets", "status", "completionTokens"] as const)
    expect(opened.table[name]).toEqual(files.table[name]);
  expect(opened.table.models.map(({ id }) => id)).toEqual(files.table.models.map(({ id }) => id));
});

test("a collected folder opens with the latencies of its snapshot", async () => {
  const output = await collected(2);
  const { table } = await openData(output, { unscored: "missing", snapshot: "off" });
  expect(table.latencySeconds?.data.length).toBe(table.status.length);
  expect([...(table.latencySeconds?.data ?? [])].filter((seconds) => seconds > 0)).toHaveLength(2);
  await rm(join(output, "snapshot"), { recursive: true });
  await mkdir(join(output, "snapshot"));
  expect((await openData(output, { unscored: "missing", snapshot: "off" })).table.latencySeconds).toBeUndefined();
});
