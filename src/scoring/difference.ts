/** How a new grade differs from the one on file, in classes that can be counted. */
import type { ScoreResult } from "../core/evaluator.ts";
import type { StoredRecord } from "./stored-answer.ts";

/** `newly scored`: there was no score; `now right`, `now wrong`: more or less than before; `no longer graded`: now NaN. */
export const differenceKinds = [
  "newly scored",
  "now right",
  "now wrong",
  "no longer graded",
  "read otherwise",
] as const;
export type DifferenceKind = (typeof differenceKinds)[number];

export interface Difference {
  readonly kind: DifferenceKind;
  /** why, without what is this answer's alone: what is counted together */
  readonly why: string;
}

/** Scores are written with few digits. */
const tolerance = 1e-6;

/** undefined: the same score; a prediction spelled otherwise alone is `read otherwise`. */
export function differenceOf(stored: StoredRecord, result: ScoreResult): Difference | undefined {
  const before = typeof stored.score === "number" ? stored.score : NaN;
  const why = whyOf(stored, result);
  if (Number.isNaN(result.score)) return Number.isNaN(before) ? undefined : { kind: "no longer graded", why };
  if (Number.isNaN(before)) return { kind: "newly scored", why };
  if (Math.abs(result.score - before) > tolerance) {
    return { kind: result.score > before ? "now right" : "now wrong", why };
  }
  const isReadOtherwise = result.status === "scored" && textOf(stored.prediction) !== result.prediction;
  return isReadOtherwise ? { kind: "read otherwise", why } : undefined;
}

function whyOf(
  { prediction, ground_truth }: StoredRecord,
  { status, score, prediction: read, detail }: ScoreResult,
): string {
  const before = textOf(prediction);
  // What is quoted, and single letters, belong to one answer; the rest of the detail says why.
  if (status !== "scored")
    return `${status}: ${(detail ?? "").replaceAll(/"[^"]*"/g, "…").replaceAll(/\b[A-Z]\b/g, "_")}`;
  if (before === "") return "an answer is read where the file has none";
  if (before === read) {
    const agreed = textOf(ground_truth) === read;
    return `the file's own prediction ${agreed ? "equals" : "differs from"} its key, and counts ${score}`;
  }
  return before.trim().toLowerCase() === read.toLowerCase() ? "only the spelling differs" : "another answer is read";
}

function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  return value === undefined || value === null ? "" : JSON.stringify(value);
}
