/** What a journal says about the past: which calls are answered, and per model what answers cost and how long they took. */
import { isNotThere } from "../../store/no-such-path.ts";
import type { SucceededCall } from "./record.ts";
import { journalRecords } from "./scan.ts";
import { spentUsd } from "../../prices/call-cost.ts";

export interface ModelStatistics {
  readonly answers: number;
  /** NaN where no answer came with usage */
  readonly answerTokens: number;
  /** from asking to the whole answer; NaN without an answer that was asked for */
  readonly callSeconds: number;
  /** as far as costs are known, with what is kept for attempts that may be billed */
  readonly spentUsd: number;
}

export interface JournalStatistics {
  readonly done: ReadonlySet<string>;
  /** by the user's name of the model */
  readonly models: ReadonlyMap<string, ModelStatistics>;
}

/** Of a journal that is not there: nothing. @throws DataError naming a line that is not a record */
export async function journalStatistics(path: string): Promise<JournalStatistics> {
  const done = new Set<string>();
  const sums = new Map<string, Sums>();
  try {
    for await (const record of journalRecords(path)) {
      const sum = sums.get(record.model) ?? emptySums();
      sums.set(record.model, sum);
      sum.spentUsd += record.unsettledUsd ?? 0;
      if (record.status !== "done") continue;
      done.add(record.key);
      add(sum, record);
    }
  } catch (error) {
    if (!isNotThere(error)) throw error;
  }
  return { done, models: new Map([...sums].map(([name, sum]) => [name, statisticsOf(sum)])) };
}

interface Sums {
  answers: number;
  spentUsd: number;
  readonly tokens: Mean;
  readonly seconds: Mean;
}

interface Mean {
  sum: number;
  count: number;
}

function emptySums(): Sums {
  return { answers: 0, spentUsd: 0, tokens: { sum: 0, count: 0 }, seconds: { sum: 0, count: 0 } };
}

function add(sums: Sums, call: SucceededCall): void {
  const { completion, cached } = call;
  const { usage, latencyMs } = completion;
  const spent = spentUsd(call);
  sums.answers++;
  if (!cached && !Number.isNaN(spent)) sums.spentUsd += spent;
  count(sums.tokens, usage?.outputTokens);
  if (!cached) count(sums.seconds, latencyMs / 1000);
}

function count(mean: Mean, value = NaN): void {
  if (Number.isNaN(value)) return;
  mean.sum += value;
  mean.count++;
}

function statisticsOf({ answers, spentUsd, tokens, seconds }: Sums): ModelStatistics {
  return { answers, spentUsd, answerTokens: tokens.sum / tokens.count, callSeconds: seconds.sum / seconds.count };
}
