/** A stored record and what scoring it anew gave. */
import type { ScoreResult } from "../core/evaluator.ts";
import type { Difference } from "./difference.ts";
import type { StoredRecord } from "./stored-answer.ts";

export interface RescoredRecord {
  readonly before: StoredRecord;
  /** undefined: kept as it was: a failed call, or nothing stored to score */
  readonly result?: ScoreResult;
  readonly difference?: Difference;
  /** the harness could not grade it, and a score that was made elsewhere or earlier is not thrown away for that */
  readonly keepsScore?: boolean;
}
