/**
 * Errors that say what is wrong, where, and how to mend it. One class per kind; the facts ride along as fields.
 * The command line prints them without a stack and exits with the class's code.
 */

export interface ErrorFacts {
  /** What is wrong, one sentence, no full stop. */
  readonly problem: string;
  /** Where: a file, a line, a record, an option. */
  readonly where?: string | undefined;
  /** What the reader can do about it, imperative. */
  readonly mend?: string | undefined;
  readonly cause?: unknown;
}

/** The documented exit codes of the command line. */
export const exitCodes = { ok: 0, failed: 1, usage: 2, gate: 3, interrupted: 130 } as const;

/** The base of every error a user can cause. Anything else that is thrown is a defect of signalbox. */
export class SignalboxError extends Error {
  override readonly name: string = "SignalboxError";
  readonly exitCode: number = exitCodes.failed;
  readonly problem: string;
  readonly where: string | undefined;
  readonly mend: string | undefined;

  constructor({ problem, where, mend, cause }: ErrorFacts) {
    super([where, problem].filter(Boolean).join(": ") + (mend ? `. ${mend}` : ""), { cause });
    this.problem = problem;
    this.where = where;
    this.mend = mend;
  }
}

/** Result files, imports or snapshots that cannot be read as what they claim to be. */
export class DataError extends SignalboxError {
  override readonly name = "DataError";
}

/** A wrong option, config key, or name: the user's command has to change. */
export class UsageError extends SignalboxError {
  override readonly name = "UsageError";
  override readonly exitCode = exitCodes.usage;
}

/** A fit that cannot be made from the rows given. */
export class FitError extends SignalboxError {
  override readonly name = "FitError";
}

/** A saved router that is damaged, too new, or does not fit the query's embedding. */
export class ArtefactError extends SignalboxError {
  override readonly name = "ArtefactError";
}

/** An encoder that could not give a vector. Never replaced by a zero vector. */
export class EncodeError extends SignalboxError {
  override readonly name = "EncodeError";
}

/** A judge that gave no reply, after all retries: the answer stays unscored. Any other error ends the scoring. */
export class JudgeError extends SignalboxError {
  override readonly name = "JudgeError";
}

/** Something needed is not installed; `mend` holds the exact command. */
export class PrerequisiteError extends SignalboxError {
  override readonly name = "PrerequisiteError";
}

/** Stopped by the user (Ctrl-C, an aborted signal). */
export class InterruptedError extends SignalboxError {
  override readonly name = "InterruptedError";
  override readonly exitCode = exitCodes.interrupted;
}

/** Throws `InterruptedError` when the signal is aborted. */
export function throwIfAborted(signal: AbortSignal | undefined, what: string): void {
  if (signal?.aborted) throw new InterruptedError({ problem: `${what} was interrupted`, cause: signal.reason });
}

/** An error's class and facts, as a value that another thread can be sent. */
export interface SentError {
  readonly kind: keyof typeof errorClasses;
  readonly facts: ErrorFacts;
}

const errorClasses = {
  SignalboxError,
  DataError,
  UsageError,
  FitError,
  ArtefactError,
  EncodeError,
  JudgeError,
  PrerequisiteError,
  InterruptedError,
} as const;

/** Structured cloning keeps only an error's message; this keeps what it is. */
export function sendable(error: SignalboxError): SentError {
  const kind = error.name in errorClasses ? (error.name as SentError["kind"]) : "SignalboxError";
  return { kind, facts: { problem: error.problem, where: error.where, mend: error.mend } };
}

/** The error again, of its own class. */
export function received({ kind, facts }: SentError): SignalboxError {
  return new errorClasses[kind](facts);
}
