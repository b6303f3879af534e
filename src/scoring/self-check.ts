/** Whether a data set's own perfect responses score 1: its rows, its key and its scorer fit together. */
import type { DatasetDefinition } from "../core/dataset.ts";
import type { Item } from "../core/item.ts";
import type { ScoreResult, ScoringTools } from "../core/evaluator.ts";
import { readyScorer, scoreAnswer } from "./score-answer.ts";

export interface SelfCheck {
  readonly checked: number;
  /** items whose grading needs a tool that was not given, or for which the set has no perfect response */
  readonly skipped: number;
  readonly failed: readonly { readonly id: string; readonly result: ScoreResult }[];
}

/** Scores what each row's perfect response is, as it would be read back from a stored result. */
export async function selfCheck(
  dataset: DatasetDefinition,
  rows: readonly { readonly item: Item; readonly row: unknown }[],
  tools: ScoringTools = {},
): Promise<SelfCheck> {
  const failed: { id: string; result: ScoreResult }[] = [];
  let skipped = 0;
  for (const { item, row } of rows) {
    const response = dataset.selfCheck(row);
    const { truth, record, choices } = item;
    const answered = { response, truth, record, choices };
    const { needs } = readyScorer(dataset, dataset.key?.(answered) ?? answered).evaluator;
    if (needs.some((need) => need === "harness" || tools[need] === undefined) || isEmpty(response)) {
      skipped++;
      continue;
    }
    // oxlint-disable-next-line no-await-in-loop -- few rows, and sandboxes have their own queue
    const result = await scoreAnswer(dataset, answered, tools);
    if (result.score !== 1) failed.push({ id: item.id, result });
  }
  return { checked: rows.length - skipped, skipped, failed };
}

/** A set without solutions gives an empty text or fence. */
const isEmpty = (response: string): boolean => response.replaceAll(/```(?:python)?/g, "").trim() === "";
