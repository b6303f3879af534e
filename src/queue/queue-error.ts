/** A Redis that cannot be used as the place of a run's jobs. */
import { SignalboxError } from "../core/errors.ts";

export class QueueError extends SignalboxError {
  override readonly name = "QueueError";
}

/** What Redis itself said, as against a line that broke. */
export function isReplyError(error: unknown): error is Error {
  return error instanceof Error && error.name === "ReplyError" && !error.message.startsWith("LOADING");
}

export function queueError(problem: string, cause: Error): QueueError {
  return new QueueError({ problem: `${problem} (${cause.message})`, mend: "See Redis's memory and rights.", cause });
}
