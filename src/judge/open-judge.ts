/** Models of signalbox.yaml as judges, ready to be asked. */
import { pricesOf } from "../collect/collect.ts";
import type { CollectConfig, ModelConfig } from "../collect/config-schema.ts";
import { callCaches } from "../collect/engine/call-cache.ts";
import type { CacheUse } from "../collect/engine/call-cache.ts";
import { localEngine } from "../collect/engine/local-engine.ts";
import { Budget } from "../collect/flow/budget.ts";
import { askedOf } from "../collect/model-provider.ts";
import { checkedBaseUrl } from "../collect/record-hosted.ts";
import { unknownName } from "../core/near-names.ts";
import type { Judge } from "../core/judge.ts";
import { noSpending } from "./judge-spending.ts";
import type { JudgeSpending } from "./judge-spending.ts";
import { modelJudge } from "./model-judge.ts";
import { panel } from "./panel.ts";

export interface OpenJudgeOptions {
  /** names in the configuration; several make a panel, in this order */
  readonly models: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** verdicts paid for before, by whatever run; absent = every question is a call */
  readonly cache?: CacheUse | undefined;
  /** for all judging until it is closed; a model's own budget holds as well. @default no limit */
  readonly budgetUsd?: number | undefined;
  readonly allowUnpriced: boolean;
  readonly firstWaitMs?: number | undefined;
}

export interface OpenedJudge {
  readonly judge: Judge;
  /** answers that may be judged at the same time */
  readonly concurrency: number;
  /** so far */
  readonly spending: Readonly<JudgeSpending>;
  close(): Promise<void>;
}

/**
 * @throws UsageError for a model that the configuration does not name, a key that is not set, a price that is not known
 */
export async function openJudge(config: CollectConfig, options: OpenJudgeOptions): Promise<OpenedJudge> {
  const seats = options.models.map((name) => modelNamed(name, config));
  const chosen = { ...config, models: [...new Set(seats)] };
  for (const { baseUrl } of chosen.models) if (baseUrl !== undefined) checkedBaseUrl(baseUrl);
  const prices = await pricesOf(chosen, options.allowUnpriced);
  const engine = await localEngine(options).open(chosen);
  const callerOf = await engine.start({ output: "", isSaved: () => false });
  const caches = options.cache && callCaches(options.cache, "nowhere");
  const whole = new Budget(options.budgetUsd ?? Infinity);
  const spending = noSpending();
  const judges = new Map(
    chosen.models.map((model) => {
      const budgets = [whole, new Budget(model.budgetUsd ?? Infinity)];
      const cache = caches?.of(askedOf(model));
      const price = prices.get(model.name);
      return [model, modelJudge({ model, caller: callerOf(model), price, budgets, cache, spending })];
    }),
  );
  return {
    judge: panel(seats.flatMap((model) => judges.get(model) ?? [])),
    concurrency: Math.min(...chosen.models.map(({ concurrency }) => concurrency)),
    spending,
    close: () => engine.close(true),
  };
}

function modelNamed(name: string, { models }: CollectConfig): ModelConfig {
  const found = models.find((model) => model.name === name);
  if (found) return found;
  throw unknownName(
    "model in the configuration",
    name,
    models.map((model) => model.name),
  );
}
