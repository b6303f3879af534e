/** signalbox worker: does the work that others put up, on any number of machines. */
import { Command } from "commander";
import { readCollectConfig } from "../../collect/config.ts";
import { callHandlers } from "../../collect/engine/call-handlers.ts";
import { checkedBaseUrl } from "../../collect/record-hosted.ts";
import { connectRedis } from "../../queue/connect-redis.ts";
import { runWorker } from "../../queue/worker.ts";
import { redisOption, redisPassword, requireRedis } from "../engine-choice.ts";
import { anyNumber, atLeast } from "../numbers.ts";
import { startTelemetry, withTelemetryOptions } from "../telemetry-choice.ts";
import type { Telemetry, TelemetryOptions } from "../telemetry-choice.ts";
import { note } from "../terminal.ts";

const examples = `
Examples:
  $ signalbox worker --redis redis://queue.example:6379
  $ signalbox worker --redis redis://queue.example:6379 --config signalbox.yaml --concurrency 4

A worker takes addresses and limits from its own copy of signalbox.yaml, and keys from its own environment; jobs hold neither.
It serves the models that its configuration holds under the same name and address, and leaves the others to other workers.
Ctrl-C or SIGTERM lets it finish what it is at; after --grace it gives the rest back.`;

interface WorkerCommandOptions extends TelemetryOptions {
  readonly redis?: string;
  readonly config: string;
  readonly concurrency?: number;
  readonly grace?: number;
  readonly poll?: number;
  readonly quiet?: boolean;
}

export function workerCommand(signal: AbortSignal): Command {
  return withTelemetryOptions(new Command("worker"))
    .description("Make the calls that `signalbox collect --engine bullmq` puts up in Redis.")
    .addOption(redisOption())
    .option("--config <file>", "models, addresses and limits, as the collector has them", "signalbox.yaml")
    .option("--concurrency <count>", "at most so many calls to one model at once from here", atLeast(1))
    .option("--grace <seconds>", "how long calls may go on after a signal to stop (default: 30)", anyNumber)
    .option("--poll <seconds>", "how often it looks for new runs (default: 1)", anyNumber)
    .option("-q, --quiet", "no notes on stderr")
    .addHelpText("after", examples)
    .action((options: WorkerCommandOptions) => run(options, signal));
}

async function run(options: WorkerCommandOptions, signal: AbortSignal): Promise<void> {
  const { concurrency, grace = 30, poll = 1, quiet = false } = options;
  const config = await readCollectConfig(options.config);
  for (const { baseUrl } of config.models) if (baseUrl !== undefined) checkedBaseUrl(baseUrl);
  const redis = await connectRedis(requireRedis(options.redis), redisPassword());
  let telemetry: Telemetry | undefined;
  try {
    telemetry = await startTelemetry(options, config);
    const { observe } = telemetry;
    const open = callHandlers(redis, { config, environment: process.env, concurrency, observe });
    if (!quiet) note("waiting for work; Ctrl-C ends it");
    await runWorker(redis, {
      open,
      pollMs: 1000 * poll,
      graceMs: 1000 * grace,
      signal,
      onServing: (label) => (quiet ? undefined : note(`serving ${label}`)),
    });
  } finally {
    await telemetry?.close();
    redis.disconnect();
  }
}
