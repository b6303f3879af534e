/** One POST of JSON to an endpoint, and the errors its replies stand for. No retries. */
import type { CallFailure } from "../core/chat.ts";
import { EndpointError, isRetriableStatus, retryAfterMs } from "./endpoint-error.ts";
import { exchange } from "./exchange.ts";
import type { JsonPost, ReplyHead, ReplyReader } from "./exchange.ts";
import { fieldsOf, wordOf } from "./wire-fields.ts";

export interface Reply extends ReplyHead {
  readonly text: string;
}

/** The reply, whatever its status. Throws EndpointError; or the signal's reason when it is aborted. */
export function postJson(post: JsonPost, signal?: AbortSignal): Promise<Reply> {
  return exchange(post, (head) => wholeReader(head, (reply) => reply), signal);
}

/** Reads the body to its end, then makes of the reply what is asked for. */
export function wholeReader<Result>(
  { status, headers }: ReplyHead,
  resultOf: (reply: Reply) => Result,
): ReplyReader<Result> {
  const parts: Uint8Array[] = [];
  return {
    take(chunk) {
      parts.push(chunk);
      return false;
    },
    end: () => resultOf({ status, headers, text: Buffer.concat(parts).toString("utf8") }),
  };
}

/** The error that a reply of another status than 200 is. */
export function refusal(url: string, { status, headers, text }: Reply): EndpointError {
  if (status >= 300 && status < 400) {
    return new EndpointError({
      problem: `answered ${status}, a redirect, which is refused`,
      where: url,
      status,
      failure: "refused",
      retriable: false,
      mend: "Give the endpoint's final address as base URL",
    });
  }
  const said = quoted(messageIn(text));
  // OpenAI says "too many requests" of an account without credit as well: waiting does not mend that.
  const isSpent = status === 429 && text.includes("insufficient_quota");
  return new EndpointError({
    problem: `answered ${status}${said && `: ${said}`}`,
    where: url,
    status,
    failure: isSpent ? "refused" : failureOf(status),
    retriable: !isSpent && isRetriableStatus(status),
    // A date is told by the server's clock, which need not be ours: it is measured from the server's own.
    retryAfterMs: retryAfterMs(headerOf(headers, "retry-after"), Date.parse(headerOf(headers, "date") ?? "")),
    mend: mendFor(isSpent ? 402 : status),
  });
}

function headerOf(headers: Reply["headers"], name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
}

/** A 200 that holds an error, as gateways send when the model behind them fails, and streams that break down. */
export function errorInside(url: string, error: unknown): EndpointError {
  const status = statusOf(fieldsOf(error));
  const said = quoted(messageIn(JSON.stringify({ error })));
  return new EndpointError({
    problem: `answered 200 with an error inside${status === undefined ? "" : ` (${status})`}: ${said}`,
    where: url,
    status: status ?? 200,
    failure: status === undefined ? "malformed" : failureOf(status),
    retriable: status !== undefined && isRetriableStatus(status),
  });
}

/** Far longer than what is shown in the end: the key has to be found first, whole (secret.ts). */
function quoted(text: string): string {
  return text.slice(0, 20_000);
}

/** The status that an error's code or type stands for. Types are those of Anthropic's and OpenAI's documentation. */
function statusOf(error: Readonly<Record<string, unknown>>): number | undefined {
  const code = Number(error["code"] ?? NaN);
  if (Number.isInteger(code) && code >= 400 && code < 600) return code;
  const words = `${wordOf(error["type"])} ${wordOf(error["code"])}`;
  return errorTypes.find(([type]) => words.includes(type))?.[1];
}

const errorTypes: readonly (readonly [type: string, status: number])[] = [
  ["rate_limit", 429],
  ["overloaded", 529],
  ["timeout", 504],
  ["server_error", 500],
  ["api_error", 500],
  ["insufficient_quota", 402],
  ["billing", 402],
  ["authentication", 401],
  ["permission", 403],
  ["not_found", 404],
  ["request_too_large", 413],
  ["invalid_request", 400],
];

/** What kind of failure a status is. 529 is Anthropic's "overloaded": slow down, as after a 429. */
export function failureOf(status: number): CallFailure {
  if (status === 429 || status === 529) return "rate-limit";
  if (status === 408) return "deadline";
  return status >= 500 ? "server" : "refused";
}

function mendFor(status: number): string | undefined {
  if (status === 401 || status === 403) return "Check the API key and what it may do";
  if (status === 402) return "The account has no credit left: top it up, then run the same command again";
  if (status === 404) return "Check the model's name and the base URL (it usually ends in /v1)";
  if (status === 413) return "Send fewer characters per batch";
  return undefined;
}

/** The human part of an error body: OpenAI's {error: {message}}, others' {message} or {detail}, or the text. */
export function messageIn(text: string): string {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return text.trim();
    throw error;
  }
  const { error, message, detail } = fieldsOf(body);
  const said = [fieldsOf(error)["message"], error, message, detail].find((value) => typeof value === "string");
  return typeof said === "string" ? said : text.trim();
}

/** The reply's body as JSON. @throws EndpointError when it is none */
export function parsedJson(url: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw malformed(url, "the answer is not JSON", error);
  }
}

export function malformed(url: string, problem: string, cause?: unknown): EndpointError {
  const mend = "Check that the base URL is an endpoint of the format that the configuration names";
  return new EndpointError({ problem, where: url, failure: "malformed", retriable: false, mend, cause });
}
