/** Many answers to one data set, scored in order: at once where no tool is used, several at a time where one is. */
import type { DatasetDefinition } from "../core/dataset.ts";
import { throwIfAborted } from "../core/errors.ts";
import type { Answered, ScoreResult, ScoringTools } from "../core/evaluator.ts";
import { scoreAnswer } from "./score-answer.ts";
import type { ScoringRule } from "./score-answer.ts";

export interface ScoreAnswersOptions extends ScoringTools {
  readonly rule?: ScoringRule;
  /** judged or run at the same time. @default 8 */
  readonly concurrency?: number;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/**
 * One result an answer, in their order.
 * @throws UsageError for a scorer that does not exist; InterruptedError when the signal is aborted.
 * @example const results = await scoreAnswers(datasetByName("mmlu-pro"), [{ response: "Answer: C", truth: "C", record: {} }]);
 */
export async function scoreAnswers(
  dataset: DatasetDefinition,
  answers: readonly Answered[],
  { concurrency = 8, onProgress, ...tools }: ScoreAnswersOptions = {},
): Promise<ScoreResult[]> {
  const results: ScoreResult[] = [];
  const pending = new Set<Promise<void>>();
  // What fails one answer with an error fails all: those under way are given up.
  const stop = new AbortController();
  const signal = tools.signal ? AbortSignal.any([tools.signal, stop.signal]) : stop.signal;
  let done = 0;
  const settle = (i: number, result: ScoreResult): void => {
    results[i] = result;
    onProgress?.(++done, answers.length);
  };
  try {
    for (const [i, answered] of answers.entries()) {
      throwIfAborted(tools.signal, "scoring");
      const result = scoreAnswer(dataset, answered, { ...tools, signal });
      if (!(result instanceof Promise)) {
        settle(i, result);
        continue;
      }
      const task: Promise<void> = result.then((value) => settle(i, value)).finally(() => pending.delete(task));
      pending.add(task);
      if (pending.size >= concurrency) await Promise.race(pending);
    }
    await Promise.all(pending);
  } catch (error) {
    stop.abort(error);
    await Promise.allSettled(pending);
    throw error;
  }
  return results;
}
