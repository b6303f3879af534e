/**
 * What a configuration would take: calls, tokens, USD and time per model and data set, what the journal holds already, and
 * what `collect` would refuse. Nothing is sent and nothing is written.
 */
import { join } from "node:path";
import { costUsd } from "../prices/price.ts";
import type { Price } from "../prices/price.ts";
import { tokenCounter } from "../prices/token-counter.ts";
import { pricesOf } from "./collect.ts";
import type { CollectConfig, ModelConfig } from "./config-schema.ts";
import { countPromptTokens } from "./count-prompt-tokens.ts";
import type { PromptTokens } from "./count-prompt-tokens.ts";
import type { PlannedCall } from "./engine/caller.ts";
import { placeOfDataset, plannedCalls } from "./engine/plan.ts";
import type { LoadedDataset } from "./engine/plan.ts";
import { journalStatistics } from "./journal/statistics.ts";
import type { JournalStatistics } from "./journal/statistics.ts";

export interface EstimateOptions {
  /** the folder that holds the journal */
  readonly output: string;
  /** length of an answer in tokens, instead of the journal's mean or an assumption */
  readonly answerTokens?: number | undefined;
  /** seconds from asking to the whole answer, likewise */
  readonly callSeconds?: number | undefined;
  /** whether an answer is in the cache; none is when left out */
  readonly isCached?: ((call: PlannedCall) => boolean | Promise<boolean>) | undefined;
}

/** Tokens and USD are those of the calls to make. */
export interface CallTotals {
  readonly calls: number;
  /** answered by earlier runs, in the journal */
  readonly kept: number;
  /** answered in the cache */
  readonly cached: number;
  readonly toAsk: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** NaN without a price */
  readonly expectedUsd: number;
  /** what would be reserved: the longest answer allowed, every time; NaN without a price */
  readonly mostUsd: number;
}

/** A number, and whether it was measured. */
export interface Basis {
  readonly value: number;
  readonly from: "given" | "journal" | "assumed";
}

export interface ModelEstimate extends CallTotals {
  readonly name: string;
  readonly price: Price | undefined;
  readonly answerTokens: Basis;
  readonly callSeconds: Basis;
  /** by concurrency and limits, when nothing has to be repeated */
  readonly seconds: number;
  /** by earlier runs into the same folder */
  readonly spentUsd: number;
  readonly datasets: readonly (CallTotals & { readonly dataset: string; readonly split: string })[];
}

export interface Estimate extends CallTotals {
  readonly models: readonly ModelEstimate[];
  /** models are asked side by side: that of the slowest */
  readonly seconds: number;
  /** by earlier runs into the same folder */
  readonly spentUsd: number;
  readonly tokenizer: string;
  /** prompts whose tokens were counted; the others are taken by their length */
  readonly countedPrompts: number;
  readonly prompts: number;
}

/** Longer than most answers to benchmark questions, shorter than a reasoning model's. */
const assumedAnswerTokens = 500;
/** A first token after a second, then fifty a second. */
const assumedSeconds = (answerTokens: number): number => 1 + answerTokens / 50;

export async function estimate(
  config: CollectConfig,
  datasets: readonly LoadedDataset[],
  options: EstimateOptions,
): Promise<Estimate> {
  const prices = await pricesOf(config, true);
  const before = await journalStatistics(join(options.output, "journal.jsonl"));
  const counter = await tokenCounter();
  const tokens = new Map(datasets.map((dataset) => [dataset, countPromptTokens(dataset, counter)]));
  const modelOf = (model: ModelConfig): Promise<ModelEstimate> =>
    modelEstimate(model, datasets, tokens, {
      ...options,
      samples: config.run.samples,
      price: prices.get(model.name),
      before,
    });
  const models: ModelEstimate[] = [];
  // oxlint-disable-next-line no-await-in-loop -- one model's calls after another's: the cache has one reader
  for (const model of config.models) models.push(await modelOf(model));
  return {
    ...sumOf(models),
    models,
    seconds: Math.max(0, ...models.map(({ seconds }) => seconds)),
    spentUsd: [...before.models.values()].reduce((sum, { spentUsd }) => sum + spentUsd, 0),
    tokenizer: counter.name,
    countedPrompts: [...tokens.values()].reduce((sum, { counted }) => sum + counted, 0),
    prompts: datasets.reduce((sum, { prompts }) => sum + prompts.length, 0),
  };
}

interface ModelFacts extends EstimateOptions {
  readonly samples: number;
  readonly price: Price | undefined;
  readonly before: JournalStatistics;
}

async function modelEstimate(
  model: ModelConfig,
  datasets: readonly LoadedDataset[],
  tokens: ReadonlyMap<LoadedDataset, PromptTokens>,
  facts: ModelFacts,
): Promise<ModelEstimate> {
  const { price, samples, before } = facts;
  const earlier = before.models.get(model.name);
  const most = model.parameters.maxOutputTokens ?? Infinity;
  const answerTokens = basisOf(facts.answerTokens, earlier?.answerTokens, Math.min(most, assumedAnswerTokens));
  const callSeconds = basisOf(facts.callSeconds, earlier?.callSeconds, assumedSeconds(answerTokens.value));
  const rows: ModelEstimate["datasets"][number][] = [];
  for (const dataset of datasets) {
    const calls = plannedCalls(model, [dataset], samples, price);
    const inputOf = ({ index }: PlannedCall): number => tokens.get(dataset)?.at(index) ?? 0;
    // oxlint-disable-next-line no-await-in-loop -- see above
    rows.push({
      ...placeOfDataset(dataset),
      ...(await totalsOf(calls, inputOf, Math.ceil(answerTokens.value), facts)),
    });
  }
  const totals = sumOf(rows);
  return {
    name: model.name,
    price,
    answerTokens,
    callSeconds,
    ...totals,
    seconds: secondsOf(model, totals, callSeconds.value),
    spentUsd: earlier?.spentUsd ?? 0,
    datasets: rows,
  };
}

function basisOf(given: number | undefined, journalled: number | undefined, assumed: number): Basis {
  if (given !== undefined) return { value: given, from: "given" };
  if (journalled !== undefined && !Number.isNaN(journalled)) return { value: journalled, from: "journal" };
  return { value: assumed, from: "assumed" };
}

async function totalsOf(
  planned: Iterable<PlannedCall>,
  inputOf: (call: PlannedCall) => number,
  outputTokens: number,
  { price, before, isCached }: ModelFacts,
): Promise<CallTotals> {
  const unknown = price === undefined ? NaN : 0;
  const totals = { ...nothing, expectedUsd: unknown, mostUsd: unknown };
  const expectedUsd = costOfInput(price, outputTokens);
  for (const call of planned) {
    totals.calls++;
    if (before.done.has(call.key)) totals.kept++;
    // oxlint-disable-next-line no-await-in-loop -- see above
    else if (isCached && (await isCached(call))) totals.cached++;
    else {
      const inputTokens = inputOf(call);
      totals.toAsk++;
      totals.inputTokens += inputTokens;
      totals.outputTokens += outputTokens;
      totals.mostUsd += call.mostUsd;
      totals.expectedUsd += expectedUsd(inputTokens);
    }
  }
  return totals;
}

/** By input tokens, computed once for each length: prompts are many, lengths few. */
function costOfInput(price: Price | undefined, outputTokens: number): (inputTokens: number) => number {
  const known = new Map<number, number>();
  return (inputTokens) => {
    if (price === undefined) return NaN;
    const cost = known.get(inputTokens) ?? costUsd({ inputTokens, outputTokens, ...partsUnknown }, price);
    known.set(inputTokens, cost);
    return cost;
  };
}

const nothing: CallTotals = {
  calls: 0,
  kept: 0,
  cached: 0,
  toAsk: 0,
  inputTokens: 0,
  outputTokens: 0,
  expectedUsd: 0,
  mostUsd: 0,
};
const partsUnknown = { cachedInputTokens: NaN, cacheWriteTokens: NaN, reasoningTokens: NaN };

function sumOf(parts: readonly CallTotals[]): CallTotals {
  return parts.reduce(
    (sum, part) => ({
      calls: sum.calls + part.calls,
      kept: sum.kept + part.kept,
      cached: sum.cached + part.cached,
      toAsk: sum.toAsk + part.toAsk,
      inputTokens: sum.inputTokens + part.inputTokens,
      outputTokens: sum.outputTokens + part.outputTokens,
      expectedUsd: sum.expectedUsd + part.expectedUsd,
      mostUsd: sum.mostUsd + part.mostUsd,
    }),
    nothing,
  );
}

/** The slowest of three: so many calls at once, so many calls a minute, so many tokens a minute. */
function secondsOf(model: ModelConfig, { toAsk, inputTokens, outputTokens }: CallTotals, callSeconds: number): number {
  const { concurrency, requestsPerMinute = Infinity, tokensPerMinute = Infinity } = model;
  return Math.max(
    Math.ceil(toAsk / concurrency) * callSeconds,
    (60 * toAsk) / requestsPerMinute,
    (60 * (inputTokens + outputTokens)) / tokensPerMinute,
  );
}
