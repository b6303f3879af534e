/** What a worker file exports, so that its errors arrive as what they were thrown as. */
import { SignalboxError, received, sendable } from "../core/errors.ts";
import type { SentError } from "../core/errors.ts";

export interface FailedJob {
  readonly $failed: SentError;
}

/** Wraps a worker's function: our own errors travel as values, anything else as the defect it is. */
export function job<Task, Result>(work: (task: Task) => Promise<Result>): (task: Task) => Promise<Result | FailedJob> {
  return async (task) => {
    try {
      return await work(task);
    } catch (error) {
      if (error instanceof SignalboxError) return { $failed: sendable(error) };
      throw error;
    }
  };
}

/** A job's result. @throws the error it sent instead. */
export function resultOf<Result>(answer: Result | FailedJob): Result {
  if (typeof answer === "object" && answer !== null && "$failed" in answer) throw received(answer.$failed);
  return answer;
}
