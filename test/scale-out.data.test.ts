/**
 * The acceptance of issue 4: the prompts of LLMDrift × four simulated models through BullMQ, two workers, one of them killed
 * twice, give the result files of a local undisturbed run, byte by byte.
 */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { collect } from "../src/collect/collect.ts";
import type { Collected } from "../src/collect/collect.ts";
import { readCollectConfig } from "../src/collect/config.ts";
import type { CallEngine } from "../src/collect/engine/engine.ts";
import { queueEngine } from "../src/collect/engine/queue-engine.ts";
import { loadDatasets } from "../src/collect/load-datasets.ts";
import { startSimulator } from "../src/simulate/chat-server.ts";
import { simulationSchema } from "../src/simulate/script.ts";
import { openData } from "../src/store/open-data.ts";
import { folderContent } from "./support/folder-content.ts";
import { noRedis, redisServer } from "./support/redis-server.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";
import { startCommand } from "./support/worker-process.ts";

const data = process.env["SIGNALBOX_DATA"];
const models = ["GPT-5", "Gemini-Pro", "Claude-v4", "Qwen3-235B"];
const datasets = ["prime", "happy_number", "leetcode_easy"];
const prompts = 1550;

test.skipIf(data === undefined || noRedis !== undefined)(
  "LLMDrift × four simulated models, a worker killed twice: byte-equal to a local undisturbed run",
  { timeout: 900_000 },
  async () => {
    const folder = await temporaryFolder();
    const simulator = await startSimulator(simulationSchema.parse({}));
    const redis = await redisServer();
    onTestFinished(() => simulator.close());
    await writeFile(join(folder, "signalbox.yaml"), configuration(simulator.baseUrl));
    const config = await readCollectConfig(join(folder, "signalbox.yaml"));
    const loaded = await loadDatasets(config.datasets, folder);
    const run = (output: string, engine?: CallEngine): Promise<Collected> =>
      collect(config, loaded, { output: join(folder, output), environment: {}, allowUnpriced: true, engine });
    const worker = () => startCommand(["worker", "--redis", redis.url, "--poll", "0.1"], folder);
    const askedSince = async (count: number): Promise<void> => {
      await expect.poll(() => simulator.counts.requests, { timeout: 120_000 }).toBeGreaterThan(count);
    };

    const spread = run("spread", queueEngine({ redis: redis.url, stalledAfterMs: 10_000 }));
    worker();
    for (const kill of [1, 2]) {
      const victim = worker();
      await askedSince(1500 * kill);
      victim.child.kill("SIGKILL");
    }
    const { models: summaries } = await spread;
    const overWorkers = simulator.counts.requests;
    await run("local");

    expect(summaries.map(({ done, failed }) => [done, failed])).toEqual(models.map(() => [prompts, 0]));
    const files = await folderContent(join(folder, "local", "results"));
    expect(Object.keys(files)).toHaveLength(models.length * datasets.length);
    expect(await folderContent(join(folder, "spread", "results"))).toEqual(files);
    // Killed twice with at most 32 calls under way at once.
    expect(overWorkers).toBeLessThanOrEqual(models.length * prompts + 2 * 32);
    const { table } = await openData(join(folder, "spread"), { unscored: "missing", snapshot: "off" });
    expect([table.prompts.length, table.models.length]).toEqual([prompts, models.length]);
    expect(table.latencySeconds?.data.every((seconds) => seconds > 0)).toBe(true);
  },
);

function configuration(baseUrl: string): string {
  const path = JSON.stringify(join(data ?? "", "llmdrift-cost-latency", "results"));
  const sets = datasets.map((id) => `  - { id: ${id}, path: ${path} }`);
  const asked = models.map((name) => `  - { name: ${name}, model: ${name}, baseUrl: "${baseUrl}", concurrency: 8 }`);
  return `schemaVersion: 1\ndatasets:\n${sets.join("\n")}\nmodels:\n${asked.join("\n")}\n`;
}
