/** What a cache holds. */
import type { AnswerCache } from "./answer-cache.ts";

export interface CacheStatistics {
  readonly place: string;
  readonly answers: number;
  readonly damaged: number;
  /** of the entries as they are kept, before any compression */
  readonly bytes: number;
  /** USD that the answers cost when they were paid for, as far as it is known */
  readonly paidUsd: number;
  /** dearest first */
  readonly models: readonly ModelAnswers[];
}

export interface ModelAnswers {
  /** the provider's name */
  readonly model: string;
  readonly baseUrl: string;
  readonly answers: number;
  /** those of them that were imported */
  readonly imported: number;
  readonly bytes: number;
  readonly paidUsd: number;
  /** ISO 8601 */
  readonly oldest: string;
  readonly newest: string;
}

type Growing = { -readonly [Name in keyof ModelAnswers]: ModelAnswers[Name] };

/** @throws CacheError; InterruptedError */
export async function cacheStatistics(cache: AnswerCache, signal?: AbortSignal): Promise<CacheStatistics> {
  const models = new Map<string, Growing>();
  let [damaged, bytes] = [0, 0];
  for await (const entry of cache.entries(signal)) {
    bytes += entry.bytes;
    if (entry.answer === undefined) {
      damaged++;
      continue;
    }
    const { question, at, origin, costUsd } = entry.answer;
    const { baseUrl } = question;
    const { model } = question.request;
    const place = JSON.stringify([baseUrl, model]);
    const found = models.get(place) ?? emptyModel(model, baseUrl, at);
    models.set(place, found);
    found.answers++;
    if (origin === "import") found.imported++;
    found.bytes += entry.bytes;
    if (!Number.isNaN(costUsd)) found.paidUsd += costUsd;
    if (at < found.oldest) found.oldest = at;
    if (at > found.newest) found.newest = at;
  }
  const sorted = [...models.values()].toSorted((a, b) => b.paidUsd - a.paidUsd || (a.model < b.model ? -1 : 1));
  const total = (of: (model: ModelAnswers) => number): number => sorted.reduce((sum, model) => sum + of(model), 0);
  return {
    place: cache.place,
    answers: total(({ answers }) => answers),
    damaged,
    bytes,
    paidUsd: total(({ paidUsd }) => paidUsd),
    models: sorted,
  };
}

function emptyModel(model: string, baseUrl: string, at: string): Growing {
  return { model, baseUrl, answers: 0, imported: 0, bytes: 0, paidUsd: 0, oldest: at, newest: at };
}
