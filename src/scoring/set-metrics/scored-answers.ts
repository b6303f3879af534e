/** The records of a file as its figures see them. */
import type { DatasetDefinition } from "../../core/dataset.ts";
import type { Answered } from "../../core/evaluator.ts";
import type { RescoredRecord } from "../rescored-record.ts";
import { textOf } from "../stored-answer.ts";
import type { ScoredAnswer } from "./scored-answer.ts";

/** `stored[i]`: what of record i was scored; undefined where nothing was. */
export function scoredAnswers(
  records: readonly RescoredRecord[],
  stored: readonly ({ readonly answered: Answered } | undefined)[],
  dataset: DatasetDefinition,
): ScoredAnswer[] {
  return records.map(({ before, result: made, keepsScore }, i) => {
    const result = keepsScore ? undefined : made;
    const given = stored[i]?.answered;
    const answered = given && (dataset.key?.(given) ?? given);
    const label = (text: string): string => answered?.choices?.find(({ letter }) => letter === text)?.text ?? text;
    const kept = typeof before.score === "number" ? before.score : NaN;
    return {
      score: result ? result.score : kept,
      prediction: label(result ? result.prediction : textOf(before.prediction)),
      truth: label(textOf(answered ? answered.truth : before.ground_truth)),
      item: typeof before.index === "number" ? before.index : `record ${i}`,
      parts: result?.parts ?? {},
    };
  });
}
