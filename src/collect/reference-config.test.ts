import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import { openConfig } from "./config.ts";
import type { OpenedConfig } from "./config.ts";

async function open(text: string): Promise<OpenedConfig> {
  const path = join(await temporaryFolder(), "data_collector_x.yaml");
  await writeFile(path, text);
  return await openConfig(path);
}

const reference = `
models:
  - name: gemini-2.5-flash
    api_model_name: google/gemini-2.5-flash
    base_url: https://openrouter.ai/api/v1
    api_key: OPENROUTER_API_KEY
    temperature: 0.2
    timeout: 1800
    extra_body: { usage: { include: true } }
  - name: gpt-5
    api_model_name: openai/gpt-5
    base_url: https://openrouter.ai/api/v1
    api_key: OPENROUTER_API_KEY
    reasoning_effort: medium
    pricing: { prompt_price_per_million: 1.25, completion_price_per_million: 10 }
  - name: local
    api_model_name: qwen
    base_url: http://127.0.0.1:8000/v1
    api_key: EMPTY
  - { name: eyes, api_model_name: e, base_url: https://e.example.com, api_key: E_KEY, generator_type: multimodal }
datasets:
  - dataset_id: aime
    splits: [hybrid, test]
    path: aime.jsonl
run:
  output_dir: ./results
  concurrency: 32
  demo_mode: true
  demo_limit: 5
cache:
  enabled: true
  mysql: { host: MYSQL_HOST, password: MYSQL_PASSWORD }
`;

test("reads the reference's configuration with the reference's defaults", async () => {
  const { config, format } = await open(reference);
  expect(format).toBe("llmrouterbench");
  expect(config.models.map(({ name, keyEnv, concurrency }) => [name, keyEnv, concurrency])).toEqual([
    ["gemini-2.5-flash", "OPENROUTER_API_KEY", 32],
    ["gpt-5", "OPENROUTER_API_KEY", 32],
    ["local", undefined, 32],
  ]);
  expect(config.models[0]).toMatchObject({
    model: "google/gemini-2.5-flash",
    parameters: { temperature: 0.2, topP: 1, extraBody: { usage: { include: true } } },
  });
  expect(config.models[1]!.parameters).toEqual({ temperature: 0, topP: 1, reasoningEffort: "medium" });
  expect(config.prices["gpt-5"]).toMatchObject({
    inputPerMillionUsd: 1.25,
    outputPerMillionUsd: 10,
    source: "pricing in data_collector_x.yaml",
  });
  expect(config.datasets).toEqual([
    { id: "aime", split: "hybrid", path: "aime.jsonl", limit: 5 },
    { id: "aime", split: "test", path: "aime.jsonl", limit: 5 },
  ]);
  expect(config.run.totalSeconds).toBe(1800);
});

test("puts result files where the reference does", async () => {
  expect((await open(reference)).config.output).toBe(".");
  const { config, notes } = await open(reference.replace("./results", "./runs"));
  expect(config.output).toBe("./runs");
  expect(notes).toContain("result files go to ./runs/results/bench");
});

test("names what it does not read", async () => {
  const text = `${reference.replace("temperature: 0.2", "temprature: 0.2")}grader_cache: { enabled: true }\n`;
  const { notes } = await open(text.replace("demo_limit: 5", "demo_limit: 5\n  overwrite: true"));
  expect(notes.join("\n")).toMatch(/model eyes is left out: generator_type multimodal/);
  expect(notes.join("\n")).toMatch(/overwrite is not read/);
  expect(notes.join("\n")).toMatch(/cache in MySQL is not read/);
  expect(notes.join("\n")).toMatch(/grader_cache is not read/);
  expect(notes.join("\n")).toMatch(/timeout differs by model/);
  expect(notes).toContain("models.gemini-2.5-flash.temprature is not known and not read");
});

test.each([
  [
    "a data set known by its id alone",
    reference.replace("    path: aime.jsonl\n", ""),
    /yaml:22:17: the data set "aime" has no file of prompts.*path: aime\.jsonl/s,
  ],
  [
    "a field that is missing",
    reference.replace("    api_model_name: openai/gpt-5\n", ""),
    /yaml:\d+:\d+: models\.1\.api_model_name is missing/,
  ],
  [
    "a key written out",
    reference.replace("E_KEY", "canary-0123456789"),
    /yaml:20:80: a key stands in this file.*environment/s,
  ],
  ["a name that makes no folder", reference.replace("name: gpt-5", "name: openai/gpt-5"), /models\.1\.name/],
])("refuses %s", async (_, text, message) => {
  const error: unknown = await open(text).catch((thrown: unknown) => thrown);
  expect(String(error)).toMatch(message);
  expect(String(error)).not.toContain("canary");
});

test("the cache block says whether answers are taken from the cache; where it lies is ours", async () => {
  const without = reference.replace(/^cache:\n(?: .*\n)*/m, "");
  expect(without).not.toBe(reference);
  expect((await open(without)).config.cache).toBeUndefined();
  expect((await open(`${without}cache: { enabled: true, host: db }\n`)).config.cache).toBeUndefined();
  const { config, notes } = await open(`${without}cache: { enabled: false }\n`);
  expect(config.cache).toBe("off");
  expect(notes.join("\n")).toMatch(/no answer is taken from the cache/);
});
