/** Keys of every wire format, against a server that repeats them: they stand in no journal, result file, summary or message. */
import { readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { json, scriptedServer } from "../../test/support/scripted-server.ts";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import { geminiEvents, openAiWhole, sendEvents } from "../../test/support/wire-scripts.ts";
import { collect } from "./collect.ts";
import { openConfig } from "./config.ts";
import type { LoadedDataset } from "./engine/plan.ts";

const keys = { A: "sk-canary-openai-0123456789", B: "sk-ant-canary-0123456789-x", C: "AIza-canary-0123456789-google" };

test("no key of any format gets into what a run leaves behind", async () => {
  const folder = await temporaryFolder();
  const asked = new Map<string, number>();
  const server = await scriptedServer(({ path, headers }, response) => {
    const echo = Object.values(keys).find((key) => JSON.stringify(headers).includes(key)) ?? "no key came";
    const nth = asked.get(echo) ?? 0;
    asked.set(echo, nth + 1);
    // Every other call with a key fails, and says why with the key in it.
    if (nth % 2 === 1) return json(response, { error: { code: 400, status: "NO", message: `no ${echo}` } }, 400);
    if (path.includes("streamGenerateContent"))
      return sendEvents(
        response,
        geminiEvents().map(({ data }) => ({ data: data.replace("two and two", echo) })),
      );
    const choices = [{ message: { content: `yes ${echo}`, reasoning: echo }, finish_reason: "stop" }];
    json(response, { ...openAiWhole, model: echo, choices, content: [{ type: "text", text: echo }] });
  });
  onTestFinished(() => server.close());
  const path = join(folder, "signalbox.yaml");
  const model = (name: string, more: string): string =>
    `  - { name: ${name}, model: m, baseUrl: "${server.url}/v1", keyEnv: ${name}, concurrency: 1, ${more} }\n`;
  const models = [
    model("A", "provider: openai"),
    model("B", "provider: anthropic"),
    model("C", 'provider: ai-sdk, package: "@ai-sdk/google"'),
  ];
  await writeFile(path, `schemaVersion: 1\ndatasets: [{ id: toy, path: x }]\nmodels:\n${models.join("")}`);
  const { config } = await openConfig(path);
  const datasets: LoadedDataset[] = config.datasets.map((one) => ({
    config: one,
    prompts: [1, 2, 3, 4].map((index) => ({ dataset: "toy", split: "test", index, text: `prompt ${index}` })),
  }));
  const output = join(folder, "out");
  const run = { ...config.run, retries: 0 };
  const collected = await collect({ ...config, run }, datasets, { output, environment: keys, allowUnpriced: true });
  expect(collected.models.map(({ done, failed }) => done + failed)).toEqual([4, 4, 4]);
  expect(collected.models.every(({ failed }) => failed > 0)).toBe(true);
  const files = (await readdir(output, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  const texts = await Promise.all(files.map(({ parentPath, name }) => readFile(join(parentPath, name), "utf8")));
  const all = [...texts, JSON.stringify(collected)].join("\n");
  expect(all).toContain("[key]");
  expect(all).not.toContain("no key came");
  for (const key of Object.values(keys)) expect(all).not.toContain(key);
});
