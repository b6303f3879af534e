/** A collection from a simulated provider: its own folder, its own server, the real collector. */
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { collect } from "../../src/collect/collect.ts";
import type { Collected, CollectOptions } from "../../src/collect/collect.ts";
import type { CollectConfig } from "../../src/collect/config-schema.ts";
import type { JournalRecord } from "../../src/collect/journal/record.ts";
import { journalRecords } from "../../src/collect/journal/scan.ts";
import { startSimulator } from "../../src/simulate/chat-server.ts";
import type { Simulator } from "../../src/simulate/chat-server.ts";
import { simulationSchema } from "../../src/simulate/script.ts";
import { temporaryFolder } from "./temporary-folder.ts";

export type Script = Parameters<typeof simulationSchema.parse>[0];

export interface Collection {
  readonly simulator: Simulator;
  readonly output: string;
  readonly run: (change?: Partial<CollectConfig["run"]>, options?: Partial<CollectOptions>) => Promise<Collected>;
  /** the journal's records, in its order */
  readonly records: () => Promise<JournalRecord[]>;
}

export interface CollectionOptions {
  readonly prompts?: number;
  readonly models?: readonly string[];
  readonly stream?: boolean;
  /** another address than the simulator's */
  readonly baseUrl?: string;
  /** the provider's name of every model; default: maker/NAME */
  readonly asked?: string;
  readonly concurrency?: number;
  readonly prices?: CollectConfig["prices"];
}

/** One token out costs one cent, so that sums are easy to tell. */
const price = { inputPerMillionUsd: 0, outputPerMillionUsd: 10_000, source: "test", asOf: "2026-11-24" };

export async function simulatedCollection(script: Script, options: CollectionOptions = {}): Promise<Collection> {
  const folder = await temporaryFolder();
  const simulator = await startSimulator(simulationSchema.parse({ promptsPerDomain: 1, ...Object(script) }));
  onTestFinished(() => simulator.close());
  const output = join(folder, "collected");
  const config = configOf(options.baseUrl ?? simulator.baseUrl, options);
  const prompts = Array.from({ length: options.prompts ?? 4 }, (_, i) => ({
    dataset: "toy",
    split: "test",
    index: i + 1,
    text: `prompt ${i}`,
    groundTruth: "B",
  }));
  return {
    simulator,
    output,
    run: (change = {}, more = {}) =>
      collect({ ...config, run: { ...config.run, ...change } }, [{ config: config.datasets[0]!, prompts }], {
        output,
        environment: { KEY: "sk-canary-0123456789" },
        allowUnpriced: false,
        firstWaitMs: 1,
        ...more,
      }),
    async records() {
      const records: JournalRecord[] = [];
      for await (const record of journalRecords(join(output, "journal.jsonl"))) records.push(record);
      return records;
    },
  };
}

function configOf(baseUrl: string, options: CollectionOptions): CollectConfig {
  const { models = ["small"], stream = false, asked, concurrency = 4 } = options;
  const more = { baseUrl, keyEnv: "KEY", parameters: {}, stream, concurrency };
  return {
    schemaVersion: 1,
    output: "collected",
    cacheOptional: false,
    datasets: [{ id: "toy", split: "test", path: "unused" }],
    models: models.map((name) => ({ name, provider: "openai", model: asked ?? `maker/${name}`, ...more })),
    prices: options.prices ?? Object.fromEntries(models.map((name) => [name, price])),
    run: { samples: 1, retries: 2, connectSeconds: 5, firstByteSeconds: 20, idleSeconds: 20, totalSeconds: 30 },
  };
}
