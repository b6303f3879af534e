/** Grades of answers that were collected again and came out the same: what was paid a judge for is not paid for twice. */
import type { ResultJson } from "./result-json.ts";
import { fieldsOf } from "./stored-answer.ts";
import type { StoredRecord } from "./stored-answer.ts";

export interface CarriedGrades {
  readonly file: ResultJson;
  /** records that took over a grade */
  readonly carried: number;
}

/** Unscored records of `file` with the grade that an earlier version gives the same answer to the same prompt and key. */
export function carriedGrades(file: ResultJson, version: ResultJson): CarriedGrades {
  const graded = new Map(
    version.records.filter(({ score }) => typeof score === "number").map((record) => [placeOf(record), record]),
  );
  let carried = 0;
  const records = file.records.map((record): StoredRecord => {
    const before = typeof record.score === "number" ? undefined : graded.get(placeOf(record));
    if (!before) return record;
    carried++;
    const { scoring } = fieldsOf(before.extra_fields);
    const extra_fields = { ...fieldsOf(record.extra_fields), ...(scoring !== undefined && { scoring }) };
    return { ...record, score: before.score, prediction: before.prediction, extra_fields };
  });
  return { file: { ...file, records }, carried };
}

function placeOf({ index, prompt, raw_output, ground_truth }: StoredRecord): string {
  return JSON.stringify([index, prompt, raw_output, ground_truth]);
}
