/**
 * Collecting over workers that are processes of their own, with a real Redis: whatever is killed or restarted, the result files
 * are those of an undisturbed run on one machine, and nothing that stands in the journal is asked for again.
 */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { collect } from "../src/collect/collect.ts";
import { readCollectConfig } from "../src/collect/config.ts";
import { queueEngine } from "../src/collect/engine/queue-engine.ts";
import { journalRecords } from "../src/collect/journal/scan.ts";
import { loadDatasets } from "../src/collect/load-datasets.ts";
import { folderContent } from "./support/folder-content.ts";
import { noRedis, redisServer } from "./support/redis-server.ts";
import type { RedisServer } from "./support/redis-server.ts";
import { json, scriptedServer } from "./support/scripted-server.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";
import { startCommand } from "./support/worker-process.ts";
import type { CommandProcess } from "./support/worker-process.ts";

const canary = "sk-canary-9876543210";
const prompts = 60;
const calls = 2 * prompts;
const atOnce = 8;
/** Processes start slowly where many do. */
const patience = { timeout: 60_000 };

interface Site {
  readonly folder: string;
  readonly redis: RedisServer;
  /** idempotency keys of the requests so far, in order */
  readonly asked: string[];
  readonly worker: () => CommandProcess;
  /** collects over workers, from this process */
  readonly overWorkers: (stalledAfterMs?: number) => Promise<unknown>;
  readonly collectLocally: () => Promise<unknown>;
}

/** Two models behind one provider that takes some milliseconds and knows no idempotency. */
async function site(redisOptions: readonly string[] = [], waitMs = 15): Promise<Site> {
  const folder = await temporaryFolder();
  const redis = await redisServer(redisOptions);
  const asked: string[] = [];
  const server = await scriptedServer(async ({ headers, body }, response) => {
    asked.push(String(headers["idempotency-key"]));
    const { messages } = JSON.parse(body) as { messages: { content: string }[] };
    await new Promise((resolve) => setTimeout(resolve, waitMs));
    json(response, {
      choices: [{ message: { content: `answer to ${messages[0]!.content}` }, finish_reason: "stop" }],
      usage: { prompt_tokens: 5, completion_tokens: 7 },
    });
  });
  onTestFinished(() => server.close());
  const lines = Array.from({ length: prompts }, (_, n) => JSON.stringify({ prompt: `prompt ${n}` }));
  await writeFile(join(folder, "prompts.jsonl"), lines.join("\n"));
  await writeFile(join(folder, "signalbox.yaml"), configuration(server.url));
  const config = await readCollectConfig(join(folder, "signalbox.yaml"));
  const datasets = await loadDatasets(config.datasets, folder);
  const common = { environment: { KEY: canary }, allowUnpriced: false };
  return {
    folder,
    redis,
    asked,
    worker: () => startCommand(["worker", "--redis", redis.url, "--poll", "0.1"], folder, { KEY: canary }),
    overWorkers: (stalledAfterMs = 30_000) => {
      const engine = queueEngine({ redis: redis.url, stalledAfterMs, checkMs: 100 });
      return collect(config, datasets, { ...common, output: join(folder, "out"), environment: {}, engine });
    },
    collectLocally: () => collect(config, datasets, { ...common, output: join(folder, "local") }),
  };
}

function configuration(url: string): string {
  const models = ["a", "b"].map(
    (name) =>
      `  - { name: ${name}, model: maker/${name}, baseUrl: "${url}/v1", keyEnv: KEY, stream: false, concurrency: ${atOnce / 2} }`,
  );
  const price = "{ inputPerMillionUsd: 1, outputPerMillionUsd: 2, source: test, asOf: 2026-11-24 }";
  return `schemaVersion: 1
output: out
datasets: [{ id: toy, path: prompts.jsonl }]
models:
${models.join("\n")}
prices: { a: ${price}, b: ${price} }
`;
}

async function expectSameAsLocal({ folder, collectLocally }: Site): Promise<void> {
  await collectLocally();
  const results = await folderContent(join(folder, "local", "results"));
  expect(Object.keys(results)).toHaveLength(2);
  expect(await folderContent(join(folder, "out", "results"))).toEqual(results);
}

async function journalled({ folder }: Site): Promise<Set<string>> {
  const keys = new Set<string>();
  for await (const { key } of journalRecords(join(folder, "out", "journal.jsonl"))) keys.add(key);
  return keys;
}

describe.skipIf(noRedis)("collecting over workers", { timeout: 240_000 }, () => {
  test("workers killed on the way change nothing in the result files, and the key stays with them", async () => {
    const here = await site();
    const collecting = here.overWorkers(3000);
    const first = here.worker();
    await expect.poll(() => here.asked.length, patience).toBeGreaterThan(20);
    first.child.kill("SIGKILL");
    const second = here.worker();
    await expect.poll(() => here.asked.length, patience).toBeGreaterThan(60);
    second.child.kill("SIGKILL");
    const third = here.worker();
    const collected = await collecting;
    third.child.kill("SIGTERM");
    expect(await third.ended).toBe(0);
    const said = [first, second, third].map((process) => process.said()).join("");
    const journal = await readFile(join(here.folder, "out", "journal.jsonl"), "utf8");
    expect(said + journal + JSON.stringify(collected)).not.toContain(canary);
    await expectSameAsLocal(here);
  });

  test("a coordinator that is killed finds what came in meanwhile, and pays for nothing twice", async () => {
    const here = await site();
    const args = ["collect", "--no-cache", "--quiet", "--engine", "bullmq", "--redis", here.redis.url];
    const killed = startCommand(args, here.folder);
    const worker = here.worker();
    await expect.poll(() => here.asked.length, patience).toBeGreaterThan(20);
    killed.child.kill("SIGKILL");
    await killed.ended;
    await here.overWorkers();
    expect(here.asked).toHaveLength(calls);
    expect(new Set(here.asked).size).toBe(calls);
    worker.child.kill("SIGTERM");
    expect(await worker.ended).toBe(0);
    await expectSameAsLocal(here);
  });

  test.each([
    ["that forgets everything", []],
    ["that remembers", ["--appendonly", "yes", "--appendfsync", "always"]],
  ])("a Redis %s may be restarted on the way", async (_, options) => {
    const data = options.length > 0 ? ["--dir", await temporaryFolder()] : [];
    const here = await site([...options, ...data]);
    const collecting = here.overWorkers();
    here.worker();
    here.worker();
    await expect.poll(() => here.asked.length, patience).toBeGreaterThan(20);
    const before = await journalled(here);
    const askedBefore = here.asked.length;
    await here.redis.stop();
    await here.redis.start();
    await collecting;
    expect(here.asked.slice(askedBefore).filter((key) => before.has(key))).toEqual([]);
    expect(new Set(here.asked).size).toBe(calls);
    await expectSameAsLocal(here);
  });

  test("a worker told to stop finishes its calls", async () => {
    const here = await site([], 300);
    const collecting = here.overWorkers();
    const leaving = here.worker();
    await expect.poll(() => here.asked.length, patience).toBeGreaterThan(7);
    leaving.child.kill("SIGTERM");
    expect(await leaving.ended).toBe(0);
    here.worker();
    await collecting;
    expect(here.asked).toHaveLength(calls);
  });
});
