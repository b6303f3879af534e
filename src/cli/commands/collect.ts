/** signalbox collect: every model on every prompt, each call paid once, resumable at any moment. */
import { Command } from "commander";
import { plural } from "../../core/plural.ts";
import { collect } from "../../collect/collect.ts";
import type { Collected } from "../../collect/collect.ts";
import { queueEngine } from "../../collect/engine/queue-engine.ts";
import { checkedBaseUrl } from "../../collect/record-hosted.ts";
import { usd } from "../../report/format.ts";
import { cachePlace, withCache, withCacheOptions } from "../cache-choice.ts";
import type { CacheOptions } from "../cache-choice.ts";
import { checkSetup, openSetup } from "../collect-setup.ts";
import { queueChoice, withEngineOptions } from "../engine-choice.ts";
import type { EngineOptions } from "../engine-choice.ts";
import { note, print, startProgress } from "../terminal.ts";
import { printChecked } from "./check.ts";

const examples = `
Examples:
  $ signalbox collect --dry-run                    calls, tokens and the most it can cost, by model; nothing is sent
  $ signalbox collect                              reads signalbox.yaml
  $ signalbox collect --config other.yaml --json
  $ signalbox collect --engine bullmq --redis redis://queue.example:6379      calls are made by "signalbox worker"

Answers paid for before, by whatever run, come from the cache (a folder of yours, or Redis) and cost nothing again.
Every answer is on disk before it counts. Stop it at any moment, or pull the plug: the same command asks only what is missing.
A failed call stays a failure, with its reason, and is tried again by the next run. Answers are collected unscored.`;

interface CollectCommandOptions extends CacheOptions, EngineOptions {
  readonly config: string;
  readonly dryRun?: boolean;
  readonly allowUnpriced?: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

export function collectCommand(signal: AbortSignal): Command {
  return withEngineOptions(withCacheOptions(new Command("collect")))
    .description("Ask every model every prompt, as signalbox.yaml says, and keep every answer.")
    .option("--config <file>", "what to collect", "signalbox.yaml")
    .option("--dry-run", "say what it would take, and send nothing")
    .option("--allow-unpriced", "go on though a model has no price; its cost is then unknown, not 0")
    .option("--json", "the summary as JSON on stdout")
    .option("-q, --quiet", "no progress and no notes on stderr")
    .addHelpText("after", examples)
    .action((options: CollectCommandOptions) => run(options, signal));
}

async function run(options: CollectCommandOptions, signal: AbortSignal): Promise<void> {
  const setup = await openSetup(options.config);
  if (options.dryRun) return printChecked(await checkSetup(setup, options), options.json ?? false);
  const { config, datasets, folder, output, notes } = setup;
  for (const { baseUrl } of config.models) if (baseUrl !== undefined) checkedBaseUrl(baseUrl);
  const allowUnpriced = options.allowUnpriced ?? false;
  const quiet = options.quiet ?? false;
  if (!quiet) for (const text of notes) note(text);
  const queue = queueChoice(options);
  const progress = startProgress("collecting", quiet);
  let [planned, finished, failed, costUsd] = [0, 0, 0, 0];
  try {
    const use = { ...options, cacheOptional: options.cacheOptional ?? config.cacheOptional };
    const collected = await withCache(cachePlace(options, config, folder), use, (cache) =>
      collect(config, datasets, {
        output,
        environment: process.env,
        allowUnpriced,
        cache,
        engine: queue && queueEngine({ ...queue, onNote: quiet ? undefined : note }),
        signal,
        onPlan: (calls) => (planned = [...calls.values()].reduce((sum, own) => sum + own, 0)),
        onOutcome: (record) => {
          finished++;
          if (record.status === "fail") failed++;
          else if (!record.cached && !Number.isNaN(record.costUsd)) costUsd += record.costUsd;
          progress.update(finished, planned, `${failed} failed, ${usd(costUsd)} USD`);
        },
      }),
    );
    progress.stop();
    print(options.json ? JSON.stringify(collected) : summary(collected));
    const troubled = collected.models.some((model) => model.failed + model.unaffordable > 0);
    if (troubled) process.exitCode = 1;
  } finally {
    progress.stop();
    if (signal.aborted && !quiet) note("what was answered is saved: run the same command to go on");
  }
}

function summary({ models, kept, files }: Collected): string {
  const lines = models.map(({ name, done, cached, failed, unaffordable, costUsd, otherModel, firstFailure }) => {
    const cost = Number.isNaN(costUsd) ? "cost not known" : `${usd(costUsd)} USD`;
    const parts = [
      `${plural(done, "answer")}, ${cost}`,
      cached > 0 ? `${cached.toLocaleString("en-US")} from the cache` : "",
      failed > 0 ? `${failed} failed (the first: ${firstFailure})` : "",
      unaffordable > 0 ? `${unaffordable} not asked: the budget has no room` : "",
      otherModel > 0 ? `${otherModel} answered by another model than asked` : "",
    ];
    return `${name}: ${parts.filter((part) => part !== "").join("; ")}`;
  });
  const earlier = kept > 0 ? [`${plural(kept, "answer")} kept from earlier runs`] : [];
  return [...lines, ...earlier, ...files.map((file) => `wrote ${file}`)].join("\n");
}
