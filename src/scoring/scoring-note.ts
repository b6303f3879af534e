/** What a record says of how it was scored, under `extra_fields.scoring`. */
import type { JudgeVerdict, ScoreStatus } from "../core/evaluator.ts";
import type { ScoringRule } from "./score-answer.ts";
import { fieldsOf } from "./stored-answer.ts";
import type { AnswerBasis, StoredRecord } from "./stored-answer.ts";

export interface ScoringNote {
  readonly evaluator: string;
  readonly version: number;
  readonly rule: ScoringRule;
  readonly status: ScoreStatus;
  readonly basis: AnswerBasis;
  /** the score before this one; null = none */
  readonly before: number | null;
  readonly detail?: string;
  readonly parts?: Readonly<Record<string, number | null>>;
  /** the judge that was asked, what it was asked by, what it said, and what that took in this run, USD; null = not known */
  readonly judge?: string;
  readonly verdicts?: readonly JudgeVerdict[];
  readonly costUsd?: number | null;
}

/** Undefined: the record does not say. */
export function scoringNote({ extra_fields: extra }: StoredRecord): ScoringNote | undefined {
  const note = fieldsOf(fieldsOf(extra)["scoring"]);
  const isNote = typeof note["evaluator"] === "string" && typeof note["version"] === "number";
  return isNote ? (note as unknown as ScoringNote) : undefined;
}
