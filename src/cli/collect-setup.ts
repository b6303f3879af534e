/** What `collect` and `check` have in common: the configuration, its prompts, and what they would take. */
import { existsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { CacheError } from "../cache/cache-error.ts";
import { isRedisAddress } from "../cache/open-cache.ts";
import { openConfig } from "../collect/config.ts";
import type { OpenedConfig } from "../collect/config.ts";
import type { CollectConfig } from "../collect/config-schema.ts";
import type { LoadedDataset } from "../collect/engine/plan.ts";
import { estimate } from "../collect/estimate.ts";
import type { Estimate, EstimateOptions } from "../collect/estimate.ts";
import { loadDatasets } from "../collect/load-datasets.ts";
import { refusals } from "../collect/refusals.ts";
import { strayPriceNotes } from "../collect/stray-prices.ts";
import type { SignalboxError } from "../core/errors.ts";
import { plural } from "../core/plural.ts";
import { providerNotes } from "../providers/registry.ts";
import { usd } from "../report/format.ts";
import { cachePlace, withCache } from "./cache-choice.ts";
import type { CacheOptions } from "./cache-choice.ts";
import { openDatasetFiles } from "./dataset-source.ts";
import type { Checked } from "./estimate-view.ts";
import { knownDatasets } from "./known-datasets.ts";

export interface CollectSetup extends OpenedConfig {
  readonly path: string;
  readonly datasets: readonly LoadedDataset[];
  /** of the configuration; absolute, as is the next */
  readonly folder: string;
  readonly output: string;
}

/** Reads everything, and fetches data sets that are not there; paths count from the configuration's folder. */
export async function openSetup(
  path: string,
  { quiet, signal }: { readonly quiet?: boolean | undefined; readonly signal?: AbortSignal } = {},
): Promise<CollectSetup> {
  const opened = await openConfig(path);
  const folder = dirname(resolve(path));
  const notes = [...opened.notes, ...strayPriceNotes(opened.config)];
  const datasets = await loadDatasets(opened.config.datasets, folder, {
    known: await knownDatasets(),
    files: (dataset, where) => openDatasetFiles(dataset, { ...where, quiet }, signal),
    onNote: (text) => notes.push(text),
  });
  return { ...opened, notes, path, datasets, folder, output: resolve(folder, opened.config.output) };
}

export interface CheckOptions extends CacheOptions {
  readonly allowUnpriced?: boolean;
  readonly answerTokens?: number;
  readonly callSeconds?: number;
}

export async function checkSetup(setup: CollectSetup, options: CheckOptions): Promise<Checked> {
  const { path, config, datasets, output, notes } = setup;
  const { allowUnpriced = false, answerTokens, callSeconds } = options;
  const found = await refusals(config, { environment: process.env, allowUnpriced });
  const taken = await withCacheToRead(setup, options, found, (isCached) =>
    estimate(config, datasets, { output, answerTokens, callSeconds, isCached }),
  );
  return { path, estimate: taken, refusals: found, warnings: [...notes, ...warningsOn(config, taken)] };
}

/** Looks into the cache, and makes none: a folder that is not there holds nothing. A cache out of reach is one more refusal. */
async function withCacheToRead<Result>(
  { config, folder }: CollectSetup,
  options: CacheOptions,
  found: SignalboxError[],
  work: (isCached: EstimateOptions["isCached"]) => Promise<Result>,
): Promise<Result> {
  const place = cachePlace(options, config, folder);
  if (place === undefined || (!isRedisAddress(place) && !existsSync(place))) return await work(undefined);
  let isOpen = false;
  try {
    return await withCache(
      place,
      { ...options, cacheOptional: options.cacheOptional ?? config.cacheOptional },
      (use) => {
        isOpen = true;
        return work(
          use && (async ({ cacheKey }) => cacheKey !== undefined && (await use.cache.get(cacheKey)) !== undefined),
        );
      },
    );
  } catch (error) {
    if (isOpen || !(error instanceof CacheError)) throw error;
    found.push(error);
    return await work(undefined);
  }
}

function warningsOn({ run, models }: CollectConfig, taken: Estimate): string[] {
  const unpriced = taken.models.filter(({ price }) => price === undefined).map(({ name }) => name);
  const budgets = [
    ...models.map(({ name, budgetUsd }) => ({
      whose: `the budget of ${name}`,
      budgetUsd,
      needs: taken.models.find((one) => one.name === name),
    })),
    { whose: "the budget of the run", budgetUsd: run.budgetUsd, needs: taken },
  ];
  return [
    ...models.flatMap(({ name, provider, parameters }) =>
      providerNotes(provider, parameters).map((text) => `${name}: ${text}`),
    ),
    ...(unpriced.length > 0
      ? [
          `${plural(unpriced.length, "model")} without a price, so that no budget holds for it and its cost stays unknown: ${unpriced.join(", ")}`,
        ]
      : []),
    ...budgets.flatMap(({ whose, budgetUsd, needs }) => {
      if (budgetUsd === undefined || !needs || !(needs.expectedUsd + needs.spentUsd > budgetUsd)) return [];
      return [
        `${whose} is ${usd(budgetUsd)} USD, and about ${usd(needs.expectedUsd)} more would be spent: some calls will not be made`,
      ];
    }),
    ...(run.budgetUsd === undefined ? ["no budget is set for the run: give run.budgetUsd a number of USD"] : []),
  ];
}
