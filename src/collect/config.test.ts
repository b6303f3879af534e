import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { UsageError } from "../core/errors.ts";
import { readCollectConfig } from "./config.ts";
import type { CollectConfig } from "./config-schema.ts";

let folder = "";
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), "signalbox-config-"))));
afterEach(() => rm(folder, { recursive: true, force: true }));

async function read(text: string): Promise<CollectConfig> {
  const path = join(folder, "signalbox.yaml");
  await writeFile(path, text);
  return await readCollectConfig(path);
}

const small = `
schemaVersion: 1
datasets:
  - id: gsm8k
    path: prompts.jsonl
models:
  - name: small
    model: maker/small
    baseUrl: https://api.example.com/v1
    keyEnv: EXAMPLE_KEY
`;

test("fills in what is not said", async () => {
  const config = await read(small);
  expect(config.output).toBe("collected");
  expect(config.datasets[0]!.split).toBeUndefined();
  expect(config.models[0]).toMatchObject({ provider: "openai", concurrency: 8, parameters: {} });
  expect(config.run).toMatchObject({ samples: 1, retries: 5, totalSeconds: 900 });
});

test.each([
  [
    "an unknown key far inside, with line, column and a near name",
    small.replace("keyEnv:", "keyEnw:"),
    /yaml:10:5: unknown key "keyEnw".*Did you mean "keyEnv"/s,
  ],
  ["a mapping without a path", small.replace("path: prompts.jsonl", "map: { prompt: q }"), /gsm8k: map needs a path/],
  [
    "a template for a path",
    small.replace("path: prompts.jsonl", "path: prompts.jsonl\n    template: mine.txt"),
    /template is for known data sets, not for a path/,
  ],
  ["a key that is missing", small.replace("    model: maker/small\n", ""), /models\.0\.model is missing/],
  ["a wrong kind", small.replace("schemaVersion: 1", "schemaVersion: one"), /yaml:2:\d+.*schemaVersion must be 1/s],
  ["no model at all", small.replace(/models:[\s\S]*/, "models: []\n"), /models must be at least 1 entries long/],
  [
    "two of one name",
    `${small}  - name: small\n    model: b\n    baseUrl: https://b.example.com\n`,
    /two entries for the model "small"/,
  ],
  [
    "a name with a slash",
    small.replace("name: small", "name: maker/small"),
    /yaml:7:11: models\.0\.name must not contain a slash/,
  ],
  [
    "a provider it does not know",
    small.replace("name: small", "name: small\n    provider: gemini"),
    /openai.*anthropic.*ai-sdk/s,
  ],
  ["no address in a format that has none of its own", small.replace(/    baseUrl:.*\n/, ""), /baseUrl is missing/],
  [
    "the AI SDK without a package",
    small.replace("name: small", "name: small\n    provider: ai-sdk"),
    /needs a package.*@ai-sdk\/google/s,
  ],
  [
    "the AI SDK without a key of ours",
    small
      .replace("name: small", 'name: small\n    provider: ai-sdk\n    package: "@ai-sdk/google"')
      .replace(/    keyEnv:.*\n/, ""),
    /needs keyEnv/,
  ],
  [
    "a package that nothing loads",
    small.replace("name: small", 'name: small\n    package: "@ai-sdk/google"'),
    /provider openai takes no package/,
  ],
  ["broken YAML", small.replace("datasets:", "datasets: ["), /yaml:\d+:\d+/],
])("refuses %s", async (_, text, message) => {
  const error: unknown = await read(text).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(UsageError);
  expect(String(error)).toMatch(message);
});

test("tells all that is wrong at once, each with its place, and the place of a key that has no value or a block below it", async () => {
  const wrong = small
    .replace("id: gsm8k", "id: gsm8k\n    limit:")
    .replace("keyEnv: EXAMPLE_KEY", "parameter:\n      topP: 1\n    concurrency: none")
    .replace("datasets:", "output: [x]\ndatasets:");
  await expect(read(wrong)).rejects.toThrow(
    new RegExp(
      [
        "signalbox.yaml: 4 things to mend\\. .*yaml:3:9: output must be text, not a list",
        ".*yaml:6:5: datasets.0.limit must be a number, not null",
        '.*yaml:12:5: unknown key "parameter"\\. Did you mean "parameters"\\?',
        ".*yaml:14:18: models.0.concurrency must be a number, not text$",
      ].join("\n"),
    ),
  );
});

test("tells all at once, too, of entries that do not fit each other", async () => {
  const twins = `${small}  - name: small\n    model: b\n    provider: ai-sdk\n    keyEnv: B\n`;
  await expect(read(twins)).rejects.toThrow(
    /2 things to mend\. .*yaml:11:11: two entries for the model "small"[^\n]*\n.*yaml:11:5, model small: provider ai-sdk/,
  );
});

test("counts what is wrong beyond twenty faults", async () => {
  const stray = Array.from({ length: 23 }, (_, i) => `x${i}: 1\n`).join("");
  await expect(read(small + stray)).rejects.toThrow(/: 23 things to mend[^]*"x19"\nand 3 more$/);
});

test("knows the address of a format that has one of its own", async () => {
  const anthropic = small.replace(/    baseUrl:.*\n/, "    provider: anthropic\n");
  expect((await read(anthropic)).models[0]).toMatchObject({ baseUrl: "https://api.anthropic.com/v1", stream: true });
});

test("refuses a key in the file, without showing it", async () => {
  const error: unknown = await read(small.replace("EXAMPLE_KEY", "sk-canary-0123456789")).catch(
    (thrown: unknown) => thrown,
  );
  expect(String(error)).toContain("environment variable");
  expect(String(error)).not.toContain("canary");
});

test("says how to get a file that is not there", async () => {
  await expect(readCollectConfig(join(folder, "none.yaml"))).rejects.toThrow(/signalbox init/);
});
