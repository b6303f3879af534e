/**
 * Collects: every model on every prompt, each call paid once. What earlier runs saved in the journal is not asked again;
 * result files are made from the journal, whole, at the end of every run.
 */
import { join } from "node:path";
import { UsageError } from "../core/errors.ts";
import { callCost } from "../prices/call-cost.ts";
import { findPrice } from "../prices/find-price.ts";
import type { Price } from "../prices/price.ts";
import { makeFolder } from "../store/make-folder.ts";
import type { CollectConfig } from "./config-schema.ts";
import { callCaches } from "./engine/call-cache.ts";
import type { CacheUse } from "./engine/call-cache.ts";
import type { CallEngine } from "./engine/engine.ts";
import { localEngine } from "./engine/local-engine.ts";
import type { LocalEngineOptions } from "./engine/local-engine.ts";
import { placeOfDataset, plannedCalls, plannedPlaces } from "./engine/plan.ts";
import type { LoadedDataset } from "./engine/plan.ts";
import { runCalls } from "./engine/run-calls.ts";
import type { Lane, LaneSummary } from "./engine/run-calls.ts";
import { Budget } from "./flow/budget.ts";
import { withJournal } from "./journal/journal.ts";
import type { JournalRecord } from "./journal/record.ts";
import { askedOf } from "./model-provider.ts";
import { openPriceBook } from "./prices/open-price-book.ts";
import { writeRecorded } from "./write-recorded.ts";
import { writeSnapshot } from "./write-snapshot.ts";
import type { RecordedCall, RecordedFile } from "./write-recorded.ts";

export interface CollectOptions {
  readonly output: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly allowUnpriced: boolean;
  readonly firstWaitMs?: number | undefined;
  /** "off": no Parquet snapshot beside the result files */
  readonly snapshot?: "off" | undefined;
  /** answers paid for before, by whatever run; absent = every call is made */
  readonly cache?: CacheUse | undefined;
  /** who makes the calls; this process when left out */
  readonly engine?: CallEngine | undefined;
  /** as the local engine takes it; an engine that is given looks on by itself */
  readonly observe?: LocalEngineOptions["observe"];
  readonly signal?: AbortSignal | undefined;
  readonly onOutcome?: ((record: JournalRecord) => void) | undefined;
  /** Told the number of calls to be made by model, before the first. */
  readonly onPlan?: ((calls: ReadonlyMap<string, number>) => void) | undefined;
}

export interface Collected {
  readonly models: readonly LaneSummary[];
  /** calls that earlier runs had answered */
  readonly kept: number;
  readonly files: readonly string[];
  readonly journal: string;
  /** folder of Parquet files, with latencies and attempts */
  readonly snapshot: string | undefined;
}

/** Price of each model by name; undefined where none is known and that is allowed. @throws UsageError */
export async function pricesOf(
  { models, prices }: Pick<CollectConfig, "models" | "prices">,
  allowUnpriced: boolean,
): Promise<Map<string, Price | undefined>> {
  const book = await openPriceBook(prices);
  return new Map(
    models.map(({ name, model, baseUrl }) => {
      try {
        return [name, findPrice({ name, model, baseUrl }, book).price];
      } catch (error) {
        if (!allowUnpriced || !(error instanceof UsageError)) throw error;
        return [name, undefined];
      }
    }),
  );
}

/**
 * Runs the configuration.
 * @throws UsageError for a key that is not set, an unpriced model, another collector at work; as `runCalls`.
 */
export async function collect(
  config: CollectConfig,
  datasets: readonly LoadedDataset[],
  options: CollectOptions,
): Promise<Collected> {
  const prices = await pricesOf(config, options.allowUnpriced);
  const engine = await (options.engine ?? localEngine(options)).open(config);
  let isDone = false;
  try {
    await makeFolder(options.output);
    const path = join(options.output, "journal.jsonl");
    return await withJournal(path, async (journal) => {
      const isSaved = (key: string): boolean => journal.before.done.has(key);
      const files = plannedFiles(config, datasets);
      const { kept, open } = countPlan(files, isSaved);
      options.onPlan?.(open);
      const callerOf = await engine.start({ output: options.output, isSaved });
      const spent = journal.before.spentUsd;
      const whole = new Budget(config.run.budgetUsd ?? Infinity, sum(spent.values()));
      const caches = options.cache && callCaches(options.cache, "in a journal");
      const lanes = config.models.map((model): Lane => ({
        name: model.name,
        caller: callerOf(model),
        costOf: (completion, request) => callCost(completion, request, prices.get(model.name)),
        budgets: [new Budget(model.budgetUsd ?? Infinity, spent.get(model.name) ?? 0), whole],
        cache: caches?.of(askedOf(model)),
        calls: plannedCalls(model, datasets, config.run.samples, prices.get(model.name), (key) => !isSaved(key)),
      }));
      const models = await runCalls(lanes, journal, options).finally(() => caches?.idle());
      isDone = true;
      const written = await writeRecorded(options.output, path, bySample(files, config.run.samples), "answers");
      const snapshot = options.snapshot === "off" ? undefined : join(options.output, "snapshot");
      if (snapshot !== undefined) await writeSnapshot(snapshot, path, files);
      return { models, kept, files: written, journal: path, snapshot };
    });
  } finally {
    await engine.close(isDone);
  }
}

/** The result files that the plan will make. */
function plannedFiles({ models, run }: CollectConfig, datasets: readonly LoadedDataset[]): RecordedFile[] {
  return datasets.flatMap((loaded) =>
    models.map((model): RecordedFile => {
      const { dataset, split } = placeOfDataset(loaded);
      return { dataset, split, model: model.name, calls: () => plannedPlaces(model, loaded, run.samples) };
    }),
  );
}

/** A result file for each sample of every prompt: no reader of the layout knows what to make of an index that stands twice. */
function* bySample(files: readonly RecordedFile[], samples: number): Generator<RecordedFile> {
  for (const file of files) {
    for (let sample = 0; sample < samples; sample++) yield { ...file, sample, calls: () => ofSample(file, sample) };
  }
}

function* ofSample({ calls }: RecordedFile, sample: number): Generator<RecordedCall> {
  for (const call of calls()) if (call.sample === sample) yield call;
}

/** How many calls earlier runs have answered, and how many are still to be made, by model. */
function countPlan(
  files: readonly RecordedFile[],
  isSaved: (key: string) => boolean,
): { readonly kept: number; readonly open: ReadonlyMap<string, number> } {
  let kept = 0;
  const open = new Map<string, number>();
  for (const { model, calls } of files) {
    let count = 0;
    for (const { key } of calls()) {
      if (isSaved(key)) kept++;
      else count++;
    }
    open.set(model, (open.get(model) ?? 0) + count);
  }
  return { kept, open };
}

function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
