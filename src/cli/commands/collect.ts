/** signalbox collect: every model on every prompt, each call paid once, resumable at any moment. */
import { dirname, resolve } from "node:path";
import { Command } from "commander";
import { plural } from "../../core/plural.ts";
import { collect, planTotals } from "../../collect/collect.ts";
import type { Collected } from "../../collect/collect.ts";
import { readCollectConfig } from "../../collect/config.ts";
import type { CollectConfig } from "../../collect/config.ts";
import { loadDatasets } from "../../collect/load-datasets.ts";
import { checkedBaseUrl } from "../../collect/record-hosted.ts";
import { usd } from "../../report/format.ts";
import { cachePlace, withCache, withCacheOptions } from "../cache-choice.ts";
import type { CacheOptions } from "../cache-choice.ts";
import { note, print, startProgress } from "../terminal.ts";

const examples = `
Examples:
  $ signalbox collect --dry-run                    calls, tokens and the most it can cost, by model; nothing is sent
  $ signalbox collect                              reads signalbox.yaml
  $ signalbox collect --config other.yaml --json

Answers paid for before, by whatever run, come from the cache (a folder of yours, or Redis) and cost nothing again.
Every answer is on disk before it counts. Stop it at any moment, or pull the plug: the same command asks only what is missing.
A failed call stays a failure, with its reason, and is tried again by the next run. Answers are collected unscored.`;

interface CollectCommandOptions extends CacheOptions {
  readonly config: string;
  readonly dryRun?: boolean;
  readonly allowUnpriced?: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

export function collectCommand(signal: AbortSignal): Command {
  return withCacheOptions(new Command("collect"))
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
  const config = await readCollectConfig(options.config);
  for (const { baseUrl } of config.models) if (baseUrl !== undefined) checkedBaseUrl(baseUrl);
  const folder = dirname(resolve(options.config));
  const datasets = await loadDatasets(config.datasets, folder);
  const allowUnpriced = options.allowUnpriced ?? false;
  if (options.dryRun) {
    const totals = await planTotals(config, datasets, allowUnpriced);
    return print(options.json ? JSON.stringify(totals) : planText(config, totals));
  }
  const quiet = options.quiet ?? false;
  const progress = startProgress("collecting", quiet);
  let [planned, finished, failed, costUsd] = [0, 0, 0, 0];
  try {
    const use = { ...options, cacheOptional: options.cacheOptional ?? config.cacheOptional };
    const collected = await withCache(cachePlace(options, config, folder), use, (cache) =>
      collect(config, datasets, {
        output: resolve(folder, config.output),
        environment: process.env,
        allowUnpriced,
        cache,
        signal,
        onPlan: (calls) => (planned = calls),
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

type Totals = Awaited<ReturnType<typeof planTotals>>;

function planText({ run: { budgetUsd } }: CollectConfig, plan: Totals): string {
  const lines = plan.map(({ name, totals: { calls, inputTokens, outputTokens, mostUsd }, price }) => {
    const cost = price ? `at most ${usd(mostUsd)} USD (${price.source}, ${price.asOf})` : "no price";
    return `${name}: ${plural(calls, "call")}, up to ${inputTokens.toLocaleString("en-US")} tokens in and ${outputTokens.toLocaleString("en-US")} out, ${cost}`;
  });
  const most = plan.reduce((sum, { totals }) => sum + totals.mostUsd, 0);
  const budget = budgetUsd === undefined ? "no budget is set" : `the budget is ${budgetUsd} USD`;
  const total = Number.isNaN(most) ? "the total is not known" : `at most ${usd(most)} USD in all`;
  return [...lines, `${total}; ${budget}. Nothing was sent.`].join("\n");
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
