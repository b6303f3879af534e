/** Takes answers out of a cache: by age, by model, or the oldest until it is small enough. Damaged entries always go. */
import type { AnswerCache } from "./answer-cache.ts";
import type { KeptAnswer } from "./kept-answer.ts";

export interface PruneOptions {
  /** older than that moment, in milliseconds since 1970 */
  readonly beforeMs?: number | undefined;
  /** the provider's names of models */
  readonly models?: readonly string[] | undefined;
  /** the oldest go until so many bytes of answers are left */
  readonly mostBytes?: number | undefined;
  /** only say what would go */
  readonly isDryRun?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface Pruned {
  readonly removed: number;
  readonly removedBytes: number;
  /** those of them that were damaged */
  readonly damaged: number;
  readonly kept: number;
  readonly keptBytes: number;
  /** USD that the removed answers had cost, as far as it is known */
  readonly removedUsd: number;
}

interface Candidate {
  readonly key: string;
  readonly bytes: number;
  readonly atMs: number;
  readonly costUsd: number;
}

/** @throws CacheError; InterruptedError */
export async function prune(cache: AnswerCache, options: PruneOptions): Promise<Pruned> {
  const { mostBytes = Infinity, isDryRun = false, signal } = options;
  const goes = goesBy(options);
  const going: Candidate[] = [];
  const staying: Candidate[] = [];
  let damaged = 0;
  for await (const { key, bytes, answer } of cache.entries(signal)) {
    if (answer === undefined) damaged++;
    const candidate = { key, bytes, atMs: Date.parse(answer?.at ?? ""), costUsd: answer?.costUsd ?? NaN };
    (answer === undefined || goes(answer, candidate.atMs) ? going : staying).push(candidate);
  }
  for (const candidate of oldestBeyond(staying, mostBytes)) going.push(candidate);
  if (!isDryRun && going.length > 0) {
    await cache.remove(going.map(({ key }) => key));
    await cache.compact();
  }
  return {
    removed: going.length,
    removedBytes: sum(going, ({ bytes }) => bytes),
    damaged,
    kept: staying.length,
    keptBytes: sum(staying, ({ bytes }) => bytes),
    removedUsd: sum(going, ({ costUsd }) => (Number.isNaN(costUsd) ? 0 : costUsd)),
  };
}

function goesBy({ beforeMs = -Infinity, models }: PruneOptions): (answer: KeptAnswer, atMs: number) => boolean {
  const named = new Set(models);
  return ({ question }, atMs) => atMs < beforeMs || named.has(question.request.model);
}

/** Takes the oldest out of `staying` until the others are small enough. */
function oldestBeyond(staying: Candidate[], mostBytes: number): Candidate[] {
  const gone: Candidate[] = [];
  let left = sum(staying, ({ bytes }) => bytes);
  staying.sort((a, b) => b.atMs - a.atMs);
  while (left > mostBytes) {
    const oldest = staying.pop();
    if (oldest === undefined) break;
    left -= oldest.bytes;
    gone.push(oldest);
  }
  return gone;
}

function sum(candidates: readonly Candidate[], of: (candidate: Candidate) => number): number {
  return candidates.reduce((total, candidate) => total + of(candidate), 0);
}
