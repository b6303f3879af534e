/** signalbox worker: does the work that others put up, on any number of machines. */
import { existsSync } from "node:fs";
import { availableParallelism, hostname } from "node:os";
import { Command } from "commander";
import { readCollectConfig } from "../../collect/config.ts";
import type { CollectConfig } from "../../collect/config-schema.ts";
import { callHandlers } from "../../collect/engine/call-handlers.ts";
import { checkedBaseUrl } from "../../collect/record-hosted.ts";
import { runHandlers } from "../../experiment/spread/run-handlers.ts";
import { connectRedis } from "../../queue/connect-redis.ts";
import { runWorker } from "../../queue/worker.ts";
import type { WorkerOptions } from "../../queue/worker.ts";
import { redisOption, redisPassword, requireRedis } from "../engine-choice.ts";
import { anyNumber, atLeast, wholeNumber } from "../numbers.ts";
import { startTelemetry, withTelemetryOptions } from "../telemetry-choice.ts";
import type { Telemetry, TelemetryOptions } from "../telemetry-choice.ts";
import { note } from "../terminal.ts";

const defaultConfig = "signalbox.yaml";

const examples = `
Examples:
  $ signalbox worker --redis redis://queue.example:6379
  $ signalbox worker --redis redis://queue.example:6379 --config signalbox.yaml --concurrency 4
  $ signalbox worker --redis redis://queue.example:6379 --threads 16     runs of comparisons, no signalbox.yaml needed

A worker takes addresses and limits from its own copy of signalbox.yaml, and keys from its own environment; jobs hold neither.
It serves the models that its configuration holds under the same name and address, and leaves the others to other workers.
It computes runs of \`signalbox compare --engine bullmq\` as well, if it is of the same version; for these it needs no configuration.
Ctrl-C or SIGTERM lets it finish what it is at; after --grace it gives the rest back.`;

interface WorkerCommandOptions extends TelemetryOptions {
  readonly redis?: string;
  readonly config?: string;
  readonly concurrency?: number;
  readonly threads?: number;
  readonly share?: string;
  readonly grace?: number;
  readonly poll?: number;
  readonly quiet?: boolean;
}

export function workerCommand(signal: AbortSignal): Command {
  return withTelemetryOptions(new Command("worker"))
    .description("Do the work that `collect --engine bullmq` and `compare --engine bullmq` put up in Redis.")
    .addOption(redisOption())
    .option("--config <file>", `models, addresses and limits, as the collector has them (default: ${defaultConfig})`)
    .option("--concurrency <count>", "at most so many calls to one model at once from here", atLeast(1))
    .option("--threads <count>", "runs of comparisons at once; 0 = none (default: all cores)", wholeNumber)
    .option("--share <folder>", "where the data of a comparison lie that was given --share, as seen from here")
    .option("--grace <seconds>", "how long calls and runs may go on after a signal to stop (default: 30)", anyNumber)
    .option("--poll <seconds>", "how often it looks for new runs (default: 1)", anyNumber)
    .option("-q, --quiet", "no notes on stderr")
    .addHelpText("after", examples)
    .action((options: WorkerCommandOptions) => run(options, signal));
}

async function run(options: WorkerCommandOptions, signal: AbortSignal): Promise<void> {
  const { grace = 30, poll = 1, quiet = false } = options;
  const config = await configOf(options);
  for (const { baseUrl } of config?.models ?? []) if (baseUrl !== undefined) checkedBaseUrl(baseUrl);
  const redis = await connectRedis(requireRedis(options.redis), redisPassword());
  let telemetry: Telemetry | undefined;
  try {
    telemetry = await startTelemetry(options, config ?? { models: [] });
    const name = `${hostname()}:${process.pid}`;
    const open = openers({ redis, options, config, name, telemetry });
    const tell = quiet ? undefined : note;
    tell?.(`waiting for ${config ? "work" : `comparisons (no ${defaultConfig} here, so no calls)`}; Ctrl-C ends it`);
    await runWorker(redis, {
      open,
      name,
      pollMs: 1000 * poll,
      graceMs: 1000 * grace,
      signal,
      onServing: (label) => tell?.(`serving ${label}`),
      onRefused: (reason) => tell?.(`not serving a comparison: ${reason}`),
    });
  } finally {
    await telemetry?.close();
    redis.disconnect();
  }
}

/** Calls by the configuration, if there is one; runs of comparisons by threads. */
function openers({ redis, options, config, name, telemetry }: OpenerInput): WorkerOptions["open"] {
  const { concurrency, threads = availableParallelism(), share } = options;
  const { observe } = telemetry;
  const calls = config && callHandlers(redis, { config, environment: process.env, concurrency, observe });
  const runs = runHandlers(redis, { threads, share, worker: name });
  return async (run, lane) => (run.kind === "compare" ? await runs(run, lane) : await calls?.(run, lane));
}

interface OpenerInput {
  readonly redis: Awaited<ReturnType<typeof connectRedis>>;
  readonly options: WorkerCommandOptions;
  readonly config: CollectConfig | undefined;
  readonly name: string;
  readonly telemetry: Telemetry;
}

/** Undefined where none was named and none lies in this folder: comparisons need none. */
async function configOf({ config, threads }: WorkerCommandOptions): Promise<CollectConfig | undefined> {
  if (config === undefined && threads !== 0 && !existsSync(defaultConfig)) return undefined;
  return await readCollectConfig(config ?? defaultConfig);
}
