/** The first half of the demo: prompts, a simulated provider that goes wrong now and then, a real collection from it, scored. */
import { existsSync } from "node:fs";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { stringify } from "yaml";
import { collect } from "../collect/collect.ts";
import type { Collected } from "../collect/collect.ts";
import { openConfig } from "../collect/config.ts";
import type { CollectConfigInput } from "../collect/config-schema.ts";
import type { JournalRecord } from "../collect/journal/record.ts";
import { loadDatasets } from "../collect/load-datasets.ts";
import { UsageError } from "../core/errors.ts";
import { rescore } from "../scoring/rescore.ts";
import type { RescoreReport } from "../scoring/rescore.ts";
import { startSimulator } from "../simulate/chat-server.ts";
import { simulatedModels } from "../simulate/pool.ts";
import { simulationSchema } from "../simulate/script.ts";
import { simulatedPrice } from "../simulate/simulated-price.ts";
import { simulatedPrompts } from "../simulate/simulated-prompts.ts";
import { writeFileAtomic } from "../store/atomic-write.ts";
import { makeFolder } from "../store/make-folder.ts";
import { startProgress } from "./terminal.ts";

export interface DemoCollection {
  /** folder of the result files, unscored */
  readonly output: string;
  readonly collected: Collected;
  /** attempts beyond the first, of all calls */
  readonly repeated: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
}

export interface DemoOptions {
  readonly out: string;
  readonly promptsPerDomain: number;
  readonly seed: number;
  readonly quiet: boolean;
  readonly signal: AbortSignal;
}

/** One call in a hundred is told to come back later, one in two thousand fails for good: a run without either is not like any. */
const faults = [
  { kind: "status", status: 429, share: 0.01, attempts: 1 },
  { kind: "status", status: 500, share: 0.0005 },
] as const;

/** Writes prompts and configuration into `out`, starts the provider, collects, and stops it. An earlier demo's is replaced. */
export async function collectDemo(options: DemoOptions): Promise<DemoCollection> {
  const { out, promptsPerDomain, seed, quiet, signal } = options;
  const simulator = await startSimulator(simulationSchema.parse({ seed, promptsPerDomain, faults: [...faults] }));
  const progress = startProgress("collecting", quiet);
  const sums = { repeated: 0, inputTokens: 0, outputTokens: 0 };
  let [planned, finished] = [0, 0];
  try {
    const output = join(out, "collected");
    await removeEarlier(out);
    const path = await writeInputs(options, simulator.baseUrl);
    const { config } = await openConfig(path);
    const collected = await collect(config, await loadDatasets(config.datasets, out), {
      output,
      environment: {},
      allowUnpriced: false,
      firstWaitMs: 5,
      snapshot: "off",
      signal,
      onPlan: (calls) => (planned = [...calls.values()].reduce((sum, own) => sum + own, 0)),
      onOutcome(record) {
        add(sums, record);
        progress.update(++finished, planned, "calls");
      },
    });
    return { output, collected, ...sums };
  } finally {
    progress.stop();
    await simulator.close();
  }
}

/** The collected answers scored into another folder, under a name that is the same each time. */
export async function scoreDemo(collected: string, output: string, signal: AbortSignal): Promise<RescoreReport> {
  return await rescore(collected, {
    rule: "own",
    evaluator: "letter",
    output,
    now: () => new Date("2026-01-01T00:00:00Z"),
    signal,
  });
}

/** The first line of a demo's configuration: what stands beside it is a demo's, and may be replaced. */
const mark = "# What the demo collected.";

/** @throws UsageError when folders of these names stand there that no demo has made */
async function removeEarlier(out: string): Promise<void> {
  const folders = ["collected", "data"].map((name) => join(out, name)).filter((path) => existsSync(path));
  const [first] = folders;
  if (first === undefined) return;
  const config = await readFile(join(out, "signalbox.yaml"), "utf8").catch(() => "");
  if (!config.startsWith(mark))
    throw new UsageError({
      problem: "is there already, and no demo has made it",
      where: first,
      mend: "Name another folder with --out.",
    });
  for (const folder of folders) await rm(folder, { recursive: true });
}

function add(sums: { repeated: number; inputTokens: number; outputTokens: number }, record: JournalRecord): void {
  sums.repeated += record.attempts - 1;
  if (record.status === "fail") return;
  sums.inputTokens += record.completion.usage?.inputTokens ?? 0;
  sums.outputTokens += record.completion.usage?.outputTokens ?? 0;
}

async function writeInputs({ out, promptsPerDomain, seed }: DemoOptions, baseUrl: string): Promise<string> {
  const prompts = simulatedPrompts(promptsPerDomain, seed);
  await makeFolder(join(out, "prompts"));
  for (const [domain, lines] of prompts)
    await writeFileAtomic(
      join(out, "prompts", `${domain}.jsonl`),
      lines.map((line) => `${JSON.stringify(line)}\n`).join(""),
    );
  const path = join(out, "signalbox.yaml");
  const head =
    "# What the demo collected. Its provider was simulated and is gone: start one with npx signalbox simulate.\n";
  await writeFileAtomic(path, head + stringify(configOf([...prompts.keys()], baseUrl)));
  return path;
}

function configOf(domains: readonly string[], baseUrl: string): CollectConfigInput {
  return {
    schemaVersion: 1,
    output: "collected",
    cache: "off",
    datasets: domains.map((id) => ({ id, split: "simulated", path: `prompts/${id}.jsonl` })),
    models: simulatedModels.map(({ id }) => ({ name: id, model: id, baseUrl })),
    prices: Object.fromEntries(
      simulatedModels.map((model) => [
        model.id,
        { ...simulatedPrice(model), source: "made up for the simulation", asOf: "2026-01-01" },
      ]),
    ),
  };
}
