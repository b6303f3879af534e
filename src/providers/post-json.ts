/** One POST of JSON to an endpoint, and the errors it can end in. No retries. Redirects are refused: the key rides along. */
import { type Dispatcher, request } from "undici";
import type { CallFailure } from "../core/chat.ts";
import { EndpointError, isRetriableStatus, retryAfterMs } from "./endpoint-error.ts";

export interface JsonPost {
  readonly url: string;
  /** Sent as a bearer token; endpoints on one's own machine often want none. */
  readonly apiKey?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body: unknown;
  /** Deadline of the whole call, connecting and reading included, in milliseconds. */
  readonly timeoutMs: number;
  /** From sending to the first byte. @default timeoutMs */
  readonly firstByteMs?: number | undefined;
  /** Between two pieces of the answer. @default timeoutMs */
  readonly idleMs?: number | undefined;
  readonly dispatcher: Dispatcher;
}

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/** The reply, whatever its status. Throws EndpointError; or the signal's reason when it is aborted. */
export async function postJson(post: JsonPost, signal?: AbortSignal): Promise<Reply> {
  const { url, apiKey, timeoutMs, firstByteMs = timeoutMs, idleMs = timeoutMs } = post;
  const deadline = AbortSignal.timeout(timeoutMs);
  let answered = false;
  try {
    const { statusCode, headers, body } = await request(url, {
      dispatcher: post.dispatcher,
      method: "POST",
      headers: {
        "content-type": "application/json",
        ...(apiKey !== undefined && { authorization: `Bearer ${apiKey}` }),
        ...post.headers,
      },
      body: JSON.stringify(post.body),
      headersTimeout: firstByteMs,
      bodyTimeout: idleMs,
      signal: signal ? AbortSignal.any([signal, deadline]) : deadline,
    });
    answered = true;
    return { status: statusCode, headers, text: await body.text() };
  } catch (error) {
    signal?.throwIfAborted();
    const late = deadline.aborted ? `gave no answer within ${timeoutMs} ms` : lateness(error, firstByteMs, idleMs);
    const failure: CallFailure = late === undefined ? (answered ? "cut" : "connect") : "deadline";
    const why = failure === "cut" ? "broke off its answer" : "could not be reached";
    const problem = late ?? `${why} (${reasonOf(error)})`;
    throw new EndpointError({ problem, where: url, failure, retriable: true, cause: error });
  }
}

/** Which of the shorter deadlines was missed, in words. */
function lateness(error: unknown, firstByteMs: number, idleMs: number): string | undefined {
  const code = reasonOf(error);
  if (code === "UND_ERR_HEADERS_TIMEOUT") return `sent nothing within ${firstByteMs} ms`;
  if (code === "UND_ERR_BODY_TIMEOUT") return `fell silent for ${idleMs} ms in the middle of its answer`;
  return code === "UND_ERR_CONNECT_TIMEOUT" ? "did not take the connection in time" : undefined;
}

/** The error that a reply of another status than 200 is; what it says is quoted without the key. */
export function refusal(url: string, { status, headers, text }: Reply, apiKey: string | undefined): EndpointError {
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
  const said = withoutKey(messageIn(text), apiKey);
  const header = headers["retry-after"];
  return new EndpointError({
    problem: `answered ${status}${said && `: ${said.slice(0, 300)}`}`,
    where: url,
    status,
    failure: failureOf(status),
    retriable: isRetriableStatus(status),
    retryAfterMs: retryAfterMs(Array.isArray(header) ? header[0] : header, Date.now()),
    mend: mendFor(status),
  });
}

export function withoutKey(text: string, apiKey: string | undefined): string {
  return apiKey ? text.replaceAll(apiKey, "[key]") : text;
}

/** What kind of failure a status is. */
export function failureOf(status: number): CallFailure {
  if (status === 429) return "rate-limit";
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
  const { error, message, detail } = Object(body) as Record<string, unknown>;
  const inner = (Object(error) as Record<string, unknown>)["message"];
  const said = [inner, error, message, detail].find((value) => typeof value === "string");
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
  const mend = "Check that the base URL is an OpenAI-compatible endpoint";
  return new EndpointError({ problem, where: url, failure: "malformed", retriable: false, mend, cause });
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return (error as NodeJS.ErrnoException).code ?? error.message;
}
