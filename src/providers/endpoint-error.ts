/** An endpoint that did not answer as it should. Carries what a retry policy needs; never the key. */
import type { CallFailure } from "../core/chat.ts";
import { type ErrorFacts, SignalboxError } from "../core/errors.ts";

export interface EndpointFacts extends ErrorFacts {
  /** HTTP status, or undefined when there was no reply. */
  readonly status?: number | undefined;
  readonly failure: CallFailure;
  /** Whether asking again may help: 408, 409, 429, 5xx, a lost connection, a missed deadline. */
  readonly retriable: boolean;
  /** What the endpoint asked for in `retry-after`. */
  readonly retryAfterMs?: number | undefined;
}

export class EndpointError extends SignalboxError {
  override readonly name = "EndpointError";
  readonly status: number | undefined;
  readonly failure: CallFailure;
  readonly retriable: boolean;
  readonly retryAfterMs: number | undefined;

  constructor(facts: EndpointFacts) {
    super(facts);
    this.status = facts.status;
    this.failure = facts.failure;
    this.retriable = facts.retriable;
    this.retryAfterMs = facts.retryAfterMs;
  }
}

/** True for the statuses that are worth another attempt. */
export function isRetriableStatus(status: number): boolean {
  return status === 408 || status === 409 || status === 429 || status >= 500;
}

/**
 * Milliseconds from a `retry-after` header: seconds or an HTTP date. Undefined when absent or unreadable.
 * @param sentMs when the reply was sent, by the clock that tells the date; NaN: unknown, this machine's clock is taken
 */
export function retryAfterMs(header: string | undefined, sentMs: number): number | undefined {
  if (header === undefined) return undefined;
  const seconds = Number(header);
  if (header.trim() !== "" && Number.isFinite(seconds)) return Math.max(0, seconds * 1000);
  const date = Date.parse(header);
  if (Number.isNaN(date)) return undefined;
  return Math.max(0, date - (Number.isNaN(sentMs) ? Date.now() : sentMs));
}
