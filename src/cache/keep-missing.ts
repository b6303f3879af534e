/** Puts answers into a cache that has not got them yet, many at a time. */
import type { AnswerCache } from "./answer-cache.ts";
import type { KeptAnswer } from "./kept-answer.ts";
import { keyOfQuestion } from "./question.ts";

export interface KeptCounts {
  readonly imported: number;
  /** answers that the cache had already; they stay as they are */
  readonly there: number;
}

const batchAnswers = 256;

/** @throws CacheError */
export async function keepMissing(cache: AnswerCache, answers: AsyncIterable<KeptAnswer>): Promise<KeptCounts> {
  const counts = { imported: 0, there: 0 };
  let batch = new Map<string, KeptAnswer>();
  const flush = async (): Promise<void> => {
    const full = batch;
    batch = new Map();
    await Promise.all(
      Array.from(full, async ([key, answer]) => {
        if ((await cache.get(key)) !== undefined) return void counts.there++;
        await cache.put(key, answer);
        counts.imported++;
      }),
    );
  };
  for await (const answer of answers) {
    const key = keyOfQuestion(answer.question);
    if (batch.has(key)) counts.there++;
    else batch.set(key, answer);
    if (batch.size >= batchAnswers) await flush();
  }
  await flush();
  return counts;
}
