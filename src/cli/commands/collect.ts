/** signalbox collect: every model on every prompt, each call paid once, resumable at any moment. */
import { join } from "node:path";
import { Command } from "commander";
import { plural } from "../../core/plural.ts";
import { collect } from "../../collect/collect.ts";
import type { Collected } from "../../collect/collect.ts";
import { queueEngine } from "../../collect/engine/queue-engine.ts";
import type { Overrun } from "../../collect/engine/overrun.ts";
import type { JournalRecord } from "../../collect/journal/record.ts";
import { checkedBaseUrl } from "../../collect/record-hosted.ts";
import { usd } from "../../report/format.ts";
import { cachePlace, withCache, withCacheOptions } from "../cache-choice.ts";
import type { CacheOptions } from "../cache-choice.ts";
import { checkSetup, openSetup } from "../collect-setup.ts";
import { costPhrases } from "../cost-phrases.ts";
import { queueChoice, withEngineOptions } from "../engine-choice.ts";
import type { EngineOptions } from "../engine-choice.ts";
import { startLaneProgress } from "../lane-progress.ts";
import type { LaneOutcome } from "../lane-tally.ts";
import { shellWord } from "../shell-word.ts";
import { startTelemetry, withTelemetryOptions } from "../telemetry-choice.ts";
import type { TelemetryOptions } from "../telemetry-choice.ts";
import { note, print } from "../terminal.ts";
import { unsettledPhrase } from "../unsettled-phrase.ts";
import { printChecked } from "./check.ts";

const examples = `
Examples:
  $ signalbox collect --dry-run                    calls, tokens and the most it can cost, by model; nothing is sent
  $ signalbox collect                              reads signalbox.yaml
  $ signalbox collect --config other.yaml --json
  $ signalbox collect --engine bullmq --redis redis://queue.example:6379      calls are made by "signalbox worker"
  $ signalbox collect --metrics-port 9464          Prometheus metrics at http://127.0.0.1:9464/metrics
  $ signalbox collect --otlp http://127.0.0.1:4318 a trace per call, by OpenTelemetry's GenAI names

Answers paid for before, by whatever run, come from the cache (a folder of yours, or Redis) and cost nothing again.
Every answer is on disk before it counts. Stop it at any moment, or pull the plug: the same command asks only what is missing.
A failed call stays a failure, with its reason, and is tried again by the next run. Answers are collected unscored.`;

const usualConfig = "signalbox.yaml";

interface CollectCommandOptions extends CacheOptions, EngineOptions, TelemetryOptions {
  readonly config: string;
  readonly dryRun?: boolean;
  readonly allowUnpriced?: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

export function collectCommand(signal: AbortSignal): Command {
  return withTelemetryOptions(withEngineOptions(withCacheOptions(new Command("collect"))))
    .description("Ask every model every prompt, as signalbox.yaml says, and keep every answer.")
    .option("--config <file>", "what to collect", usualConfig)
    .option("--dry-run", "say what it would take, and send nothing")
    .option("--allow-unpriced", "go on though a model has no price; its cost is then unknown, not 0")
    .option("--json", "the summary as JSON on stdout")
    .option("-q, --quiet", "no progress and no notes on stderr")
    .addHelpText("after", examples)
    .action((options: CollectCommandOptions) => run(options, signal));
}

async function run(options: CollectCommandOptions, signal: AbortSignal): Promise<void> {
  const setup = await openSetup(options.config, { quiet: options.quiet, signal });
  if (options.dryRun) return printChecked(await checkSetup(setup, options), options.json ?? false);
  const { config, datasets, folder, output, notes } = setup;
  for (const { baseUrl } of config.models) if (baseUrl !== undefined) checkedBaseUrl(baseUrl);
  const quiet = options.quiet ?? false;
  if (!quiet) for (const text of notes) note(text);
  const queue = queueChoice(options);
  const use = { ...options, cacheOptional: options.cacheOptional ?? config.cacheOptional };
  const telemetry = await startTelemetry(options, config);
  const progress = startLaneProgress({ quiet });
  let saved = 0;
  try {
    const collected = await withCache(cachePlace(options, config, folder), use, (cache) =>
      collect(config, datasets, {
        output,
        environment: process.env,
        allowUnpriced: options.allowUnpriced ?? false,
        cache,
        engine: queue && queueEngine({ ...queue, onNote: quiet ? undefined : note }),
        observe: telemetry.observe,
        signal,
        onPlan: (calls) => {
          progress.plan(calls);
          telemetry.onPlan(calls);
        },
        onOutcome: (record) => {
          if (record.status === "done") saved++;
          const outcome = laneOutcome(record);
          progress.add(outcome);
          telemetry.count(outcome);
        },
      }),
    );
    progress.stop();
    print(options.json ? JSON.stringify(collected) : summary(collected));
    const troubled = collected.models.some((model) => model.failed + model.unaffordable > 0);
    if (troubled) process.exitCode = 1;
  } finally {
    progress.stop();
    await telemetry.close();
    if (signal.aborted && !quiet) note(howToGoOn(options.config, output, saved));
  }
}

function laneOutcome(record: JournalRecord): LaneOutcome {
  const { model } = record;
  if (record.status === "fail") return { model, outcome: "failed", costUsd: NaN };
  return { model, outcome: record.cached ? "cached" : "done", costUsd: record.costUsd };
}

function howToGoOn(config: string, output: string, saved: number): string {
  const command = `npx signalbox collect${config === usualConfig ? "" : ` --config ${shellWord(config)}`}`;
  return `${plural(saved, "answer")} of this run saved in ${join(output, "journal.jsonl")}; calls under way were given up, and may be billed.
Go on with: ${command}`;
}

/** No client can keep an endpoint from it; the user is to know that "at most" was not. */
function overrunPhrases({ longer, dearer }: Overrun): string[] {
  return [
    longer > 0 ? `${plural(longer, "answer")} longer than the maxOutputTokens asked for` : "",
    dearer.calls > 0
      ? `${plural(dearer.calls, "answer")} dearer than "at most", by ${usd(dearer.costUsd)} USD in all`
      : "",
  ];
}

function summary({ models, kept, files }: Collected): string {
  const lines = models.map(
    ({ name, done, cached, failed, unaffordable, account, unsettled, overrun, otherModel, firstFailure }) => {
      const parts = [
        [plural(done, "answer"), ...costPhrases(account)].join(", "),
        cached > 0 ? `${cached.toLocaleString("en-US")} from the cache` : "",
        failed > 0 ? `${failed} failed (the first: ${firstFailure})` : "",
        unsettled.calls > 0 ? unsettledPhrase(unsettled) : "",
        ...overrunPhrases(overrun),
        unaffordable > 0 ? `${unaffordable} not asked: the budget has no room` : "",
        otherModel > 0 ? `${otherModel} answered by another model than asked` : "",
      ];
      return `${name}: ${parts.filter((part) => part !== "").join("; ")}`;
    },
  );
  const earlier = kept > 0 ? [`${plural(kept, "answer")} kept from earlier runs`] : [];
  return [...lines, ...earlier, ...files.map((file) => `wrote ${file}`)].join("\n");
}
