/** The option --judge and what belongs to it: models of signalbox.yaml that grade answers. */
import { dirname, resolve } from "node:path";
import type { Command } from "commander";
import { openConfig } from "../collect/config.ts";
import type { Judge } from "../core/judge.ts";
import { plural } from "../core/plural.ts";
import { openJudge } from "../judge/open-judge.ts";
import type { JudgeSpending } from "../judge/judge-spending.ts";
import { usd } from "../report/format.ts";
import { cachePlace, withCache, withCacheOptions } from "./cache-choice.ts";
import type { CacheOptions } from "./cache-choice.ts";
import { list } from "./data-options.ts";
import { positiveNumber } from "./numbers.ts";
import { unsettledPhrase } from "./unsettled-phrase.ts";

export interface JudgeOptions extends CacheOptions {
  readonly judge?: readonly string[];
  readonly config: string;
  readonly judgeBudget?: number;
  readonly allowUnpriced?: boolean;
}

export function withJudgeOptions(command: Command): Command {
  return withCacheOptions(
    command
      .option(
        "--judge <models>",
        "who grades what only a reader can: a model of the configuration; a panel by commas",
        list,
      )
      .option(
        "--config <file>",
        "where the judge is configured, with its key's variable and its price",
        "signalbox.yaml",
      )
      .option("--judge-budget <usd>", "the most that judging may cost in this run", positiveNumber)
      .option("--allow-unpriced", "judge though the model has no price; what it cost is then unknown, not 0"),
  );
}

/** A judge, and how many answers it may grade at the same time. */
export interface JudgeAtHand {
  readonly judge: Judge;
  readonly concurrency: number;
  readonly spending: Readonly<JudgeSpending>;
}

/** Runs `work` with the judge that the options name, or with none. */
export async function withJudge<Result>(
  options: JudgeOptions,
  work: (judge: JudgeAtHand | undefined) => Promise<Result>,
): Promise<Result> {
  const { judge: models, judgeBudget: budgetUsd, allowUnpriced = false } = options;
  if (models === undefined) return await work(undefined);
  const { config } = await openConfig(options.config);
  const place = cachePlace(options, config, dirname(resolve(options.config)));
  const use = { ...options, cacheOptional: options.cacheOptional ?? config.cacheOptional };
  return await withCache(place, use, async (cache) => {
    const opened = await openJudge(config, { models, environment: process.env, cache, budgetUsd, allowUnpriced });
    try {
      return await work(opened);
    } finally {
      await opened.close();
    }
  });
}

/** What judging took, for people. */
export function spendingText(spending: JudgeSpending): string {
  const { calls, cached, failed, unaffordable, unsettledCalls, unsettledUsd, costUsd } = spending;
  const parts = [
    `${plural(calls, "call")} to the judge, ${Number.isNaN(costUsd) ? "cost unknown" : `${usd(costUsd)} USD`}`,
    cached > 0 ? `${plural(cached, "verdict")} from the cache` : "",
    failed > 0 ? `${plural(failed, "call")} failed` : "",
    unsettledCalls > 0 ? unsettledPhrase({ calls: unsettledCalls, costUsd: unsettledUsd }) : "",
    unaffordable > 0 ? `${plural(unaffordable, "question")} not asked: the budget has no room` : "",
  ];
  return parts.filter((part) => part !== "").join("; ");
}
