/** What a client is told when no model answered: one error for all that went wrong, with the status it can act on. */
import type { CallFailure } from "../../core/chat.ts";
import { EndpointError } from "../../providers/endpoint-error.ts";
import { ApiError } from "../api-error.ts";

const statusOf: Readonly<Record<CallFailure, readonly [status: number, code: string]>> = {
  "rate-limit": [429, "upstream_rate_limited"],
  deadline: [504, "upstream_timeout"],
  connect: [502, "upstream_unreachable"],
  server: [502, "upstream_failed"],
  refused: [502, "upstream_refused"],
  cut: [502, "upstream_cut"],
  malformed: [502, "upstream_malformed"],
};

/** Enough to see what happened; a chain of retries says the same again and again. */
const mostSaid = 4;
const mostCharacters = 300;

/**
 * @param failures in their order; the last that an endpoint gave tells the status. Where none was asked, since money was refused for
 *   each, the first refusal is told: it is of the model that was chosen
 * @param clean takes keys out: before a message is shortened, since half a key would not be found
 */
export function failedCall(failures: readonly Error[], clean: (text: string) => string): ApiError {
  const [first] = failures;
  const last = failures.findLast((error) => !(error instanceof ApiError));
  if (last === undefined && first instanceof ApiError) return first;
  const said = [...new Set(failures.map(({ message }) => clean(message).slice(0, mostCharacters)))].slice(-mostSaid);
  const problem = `no model could answer: ${said.join("; ")}`;
  if (!(last instanceof EndpointError)) return new ApiError({ status: 502, code: "upstream_failed", problem });
  const [status, code] = statusOf[last.failure];
  return new ApiError({ status, code, problem, retryAfterMs: last.retryAfterMs, cause: last });
}

/** The error that ends a stream which broke after it had begun. */
export function brokenStream(error: EndpointError): ApiError {
  const [status, code] = statusOf[error.failure];
  return new ApiError({ status, code, problem: error.message, cause: error });
}
