/** Whether a provider may bill an attempt that gave no answer: the request was with it, and it did not refuse it. */
import type { EndpointError } from "../../providers/endpoint-error.ts";

/** Faults of a line that did not come about: nothing was sent. */
const beforeSending = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ETIMEDOUT",
  "UND_ERR_CONNECT_TIMEOUT",
]);
/** Of a line that broke while it stood, so that the request may have been read. */
const afterSending = new Set(["ECONNRESET", "EPIPE", "UND_ERR_SOCKET", "UND_ERR_ABORTED"]);

/** A refusal (429, 4xx, 5xx) is not billed; an answer cut, late or unreadable may be. */
export function mayBeBilled({ failure, cause }: EndpointError): boolean {
  const code = codeOf(cause);
  switch (failure) {
    case "cut":
    case "malformed":
      return true;
    case "deadline":
      return !beforeSending.has(code);
    case "connect":
      return afterSending.has(code);
    case "rate-limit":
    case "server":
    case "refused":
    case undefined:
      return false;
  }
}

function codeOf(cause: unknown): string {
  if (!(cause instanceof Error)) return "";
  return (cause as NodeJS.ErrnoException).code ?? "";
}
