/** The body of a file's next version: its own fields, other records, and where its answers come from. */
import { basename } from "node:path";
import type { ResultJson } from "./result-json.ts";
import type { StoredRecord } from "./stored-answer.ts";

/** @param more further fields of the head */
export function resultVersion(
  { head, path, answersFrom }: ResultJson,
  records: readonly StoredRecord[],
  more: object = {},
): object {
  const scores = records.map(({ score }) => score).filter((score) => typeof score === "number");
  const performance = scores.length === 0 ? null : scores.reduce((sum, score) => sum + score, 0) / scores.length;
  return { ...head, performance, scored_from: basename(path), answers_from: answersFrom, ...more, records };
}
