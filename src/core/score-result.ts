/** The grades an evaluator can give. Each status carries the score that belongs to it, so that none is paired wrongly. */
import type { ScoreResult, ScoreStatus } from "./evaluator.ts";

type Extra = Pick<ScoreResult, "detail" | "parts" | "costUsd" | "verdicts">;

/** Graded: `score` from 0 to 1. */
export function graded(score: number | boolean, prediction: string, extra?: Extra): ScoreResult {
  return { status: "scored", score: Number(score), prediction, ...extra };
}

/** Score 0 by the model's fault. `prediction` is what there was to read, if anything. */
export function failedAnswer(
  status: Extract<ScoreStatus, "no-answer" | "unparseable" | "limit">,
  detail: string,
  prediction = "",
  extra: Omit<Extra, "detail"> = {},
): ScoreResult {
  return { status, score: 0, prediction, detail, ...extra };
}

/** Not graded, by the harness's fault: NaN, counted apart, never a 0. */
export function ungraded(
  status: Exclude<ScoreStatus, "scored" | "no-answer" | "unparseable" | "limit">,
  detail: string,
  extra: Omit<Extra, "detail"> & { readonly prediction?: string } = {},
): ScoreResult {
  return { status, score: NaN, prediction: "", detail, ...extra };
}
