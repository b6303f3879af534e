/**
 * Recorded results into the cache, so that what was paid for before signalbox came is not paid for again. The configuration says
 * which provider's model a name in the results stands for, and how it was asked.
 */
import type { AnswerCache } from "../cache/answer-cache.ts";
import { keepMissing } from "../cache/keep-missing.ts";
import type { KeptCounts } from "../cache/keep-missing.ts";
import type { KeptAnswer } from "../cache/kept-answer.ts";
import { costSources } from "../core/chat.ts";
import type { CostSource, TokenUsage } from "../core/chat.ts";
import { throwIfAborted } from "../core/errors.ts";
import { cellStatus } from "../core/outcome-table.ts";
import { recordedAnswers } from "../store/recorded-answers.ts";
import type { RecordedAnswer } from "../store/recorded-answers.ts";
import type { ColumnMapping } from "../store/import-columns.ts";
import type { CollectConfig, ModelConfig } from "./config-schema.ts";
import { messagesOf } from "./engine/plan.ts";
import { askedOf } from "./model-provider.ts";

export interface ImportedAnswers extends KeptCounts {
  /** failed calls, which are to be made again */
  readonly failed: number;
  /** records that hold a score but no answer */
  readonly withoutAnswer: number;
  /** records by model, of models that the configuration does not name */
  readonly unknownModels: ReadonlyMap<string, number>;
}

/**
 * Keeps every answer of a results folder or table whose model the configuration names, each as the sample that its file says.
 * Records of one prompt and model beyond the first are further samples of it.
 * @throws as `recordedAnswers`; CacheError
 */
export async function importAnswers(
  path: string,
  config: Pick<CollectConfig, "models" | "datasets">,
  cache: AnswerCache,
  { map, signal }: { readonly map?: ColumnMapping | undefined; readonly signal?: AbortSignal | undefined } = {},
): Promise<ImportedAnswers> {
  const skipped = { failed: 0, withoutAnswer: 0, unknownModels: new Map<string, number>() };
  const answers = answersIn(recordedAnswers(path, map), config, skipped, signal);
  return { ...(await keepMissing(cache, answers)), ...skipped };
}

async function* answersIn(
  recorded: AsyncIterable<RecordedAnswer>,
  config: Pick<CollectConfig, "models" | "datasets">,
  skipped: { failed: number; withoutAnswer: number; readonly unknownModels: Map<string, number> },
  signal: AbortSignal | undefined,
): AsyncGenerator<KeptAnswer> {
  const models = new Map(config.models.map((model) => [model.name, model]));
  const taken = new Set<string>();
  for await (const one of recorded) {
    throwIfAborted(signal, "the import");
    const { output, header, fields } = one;
    const model = models.get(header.model);
    if (model === undefined)
      skipped.unknownModels.set(header.model, (skipped.unknownModels.get(header.model) ?? 0) + 1);
    else if (fields.status === cellStatus.failed) skipped.failed++;
    else if (output === undefined || output === "") skipped.withoutAnswer++;
    else yield answerFrom(one, output, model, config, taken);
  }
}

function answerFrom(
  { header, fields, record, writtenAt }: RecordedAnswer,
  output: string,
  model: ModelConfig,
  { datasets }: Pick<CollectConfig, "datasets">,
  taken: Set<string>,
): KeptAnswer {
  const sample = freeSample(header, fields.index, taken);
  const dataset = datasets.find(({ id, split = header.split }) => id === header.dataset && split === header.split);
  const { provider, baseUrl, parameters } = askedOf(model);
  const messages = messagesOf(dataset ?? {}, fields.prompt);
  const further = Object(record["extra_fields"]) as Readonly<Record<string, unknown>>;
  return {
    question: { provider, baseUrl, request: { model: model.model, parameters, messages }, sample },
    completion: {
      text: output,
      // Recorded as an answer, so taken for a whole one, whatever ended it.
      finishReason: wordOf(further["finish_reason"]) || "unknown",
      servedModel: wordOf(record["served_model"]),
      usage: usageOf(fields),
      ...(further["usage_source"] === "counted" && { usageSource: "counted" as const }),
      reportedCostUsd: typeof further["billed_cost"] === "number" ? further["billed_cost"] : NaN,
      firstTokenMs: NaN,
      latencyMs: fields.latencySeconds * 1000,
      requestId: "",
    },
    costUsd: fields.costUsd,
    costSource: sourceOf(fields.costUsd, further["cost_source"]),
    at: wordOf(record["asked_at"]) || writtenAt,
    origin: "import",
  };
}

/** What the file says, or the next that is free: a table may hold several answers to one prompt. */
function freeSample(
  { dataset, split, model, sample: first = 0 }: RecordedAnswer["header"],
  index: number,
  taken: Set<string>,
): number {
  for (let sample = first; ; sample++) {
    const place = JSON.stringify([dataset, split, model, index, sample]);
    if (taken.has(place)) continue;
    taken.add(place);
    return sample;
  }
}

function usageOf({ promptTokens, completionTokens }: RecordedAnswer["fields"]): TokenUsage | undefined {
  if (Number.isNaN(promptTokens) || Number.isNaN(completionTokens)) return undefined;
  const unknown = { cachedInputTokens: NaN, cacheWriteTokens: NaN, reasoningTokens: NaN };
  return { inputTokens: promptTokens, outputTokens: completionTokens, ...unknown };
}

/** As the record says; a cost without a source was made from prices, as LLMRouterBench does. */
function sourceOf(costUsd: number, said: unknown): CostSource {
  if (Number.isNaN(costUsd)) return "none";
  return costSources.find((source) => source === said) ?? "priced";
}

function wordOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
