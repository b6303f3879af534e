/** A run as a worker sends it: computed, or why it could not be. */
import { SignalboxError, received, sendable } from "../../core/errors.ts";
import type { SentError } from "../../core/errors.ts";
import type { KeptRun } from "../run-keeper.ts";
import { sealed, unsealed } from "../sealed.ts";

type Sent =
  | { readonly status: "done"; readonly worker: string; readonly kept: KeptRun }
  | { readonly status: "failed"; readonly worker: string; readonly error: SentError };

export function doneResult(worker: string, kept: KeptRun): Buffer {
  return sealed({ status: "done", worker, kept } satisfies Sent);
}

/** A fault of ours travels as what it is; a defect by its message, since the others would meet it as well. */
export function failedResult(worker: string, error: unknown): Buffer {
  const known =
    error instanceof SignalboxError ? error : new SignalboxError({ problem: String(error), where: `worker ${worker}` });
  return sealed({ status: "failed", worker, error: sendable(known) } satisfies Sent);
}

export interface ReceivedRun {
  readonly worker: string;
  /** @throws what the worker met */
  readonly kept: () => KeptRun;
}

/** Undefined when the bytes are damaged. */
export function runOfResult(bytes: Buffer): ReceivedRun | undefined {
  const sent = unsealed(bytes) as Sent | undefined;
  if (sent === undefined) return undefined;
  return {
    worker: sent.worker,
    kept() {
      if (sent.status === "failed") throw received(sent.error);
      return sent.kept;
    },
  };
}
