/**
 * One POST and its reply, read as it comes: each deadline fires alone, the body has a cap, and whatever goes wrong on the line
 * becomes an EndpointError. Redirects are not followed: the key would ride along.
 */
import { setMaxListeners } from "node:events";
import { type Dispatcher, request } from "undici";
import type { CallFailure } from "../core/chat.ts";
import { EndpointError } from "./endpoint-error.ts";

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
  /** Bytes of an answer beyond which it is refused. @default 67_108_864 */
  readonly mostBytes?: number | undefined;
  readonly dispatcher: Dispatcher;
}

/** A reply whose body has not been read yet. */
export interface OpenReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** The body, piece by piece. */
  readonly chunks: AsyncIterable<Uint8Array>;
  /** The rest is of no interest: its end is waited for a moment, for the connection's sake, then the line is dropped. */
  readonly linger: () => void;
}

/** 64 MiB: about a hundred times the longest answer of any model. */
export const mostAnswerBytes = 64 * 2 ** 20;
const lingerMs = 500;

/** What `read` makes of the reply, whatever its status. Throws EndpointError; or the signal's reason when it is aborted. */
export async function exchange<Result>(
  post: JsonPost,
  read: (reply: OpenReply) => Promise<Result>,
  signal?: AbortSignal,
): Promise<Result> {
  signal?.throwIfAborted();
  const { url, apiKey, timeoutMs } = post;
  const stop = new AbortController();
  const abort = (): void => stop.abort(signal?.reason);
  if (signal) setMaxListeners(0, signal); // one listener a call under way, and many are
  signal?.addEventListener("abort", abort, { once: true });
  let isLate = false;
  let answered = false;
  const timers = [
    setTimeout(() => {
      isLate = true;
      stop.abort();
    }, timeoutMs),
  ];
  try {
    const reply = await request(url, {
      dispatcher: post.dispatcher,
      method: "POST",
      headers: {
        "content-type": "application/json",
        ...(apiKey !== undefined && { authorization: `Bearer ${apiKey}` }),
        ...post.headers,
      },
      body: JSON.stringify(post.body),
      headersTimeout: post.firstByteMs ?? timeoutMs,
      bodyTimeout: post.idleMs ?? timeoutMs,
      signal: stop.signal,
    });
    answered = true;
    const chunks = capped(reply.body, post);
    const linger = (): void => void timers.push(setTimeout(() => stop.abort(), lingerMs));
    return await read({ status: reply.statusCode, headers: reply.headers, chunks, linger });
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof EndpointError) throw error;
    throw lineError(post, error, { isLate, answered });
  } finally {
    for (const timer of timers) clearTimeout(timer);
    signal?.removeEventListener("abort", abort);
  }
}

async function* capped(body: AsyncIterable<Uint8Array>, post: JsonPost): AsyncGenerator<Uint8Array> {
  const { url, mostBytes = mostAnswerBytes } = post;
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > mostBytes) {
      const problem = `the answer is longer than ${mostBytes} bytes`;
      throw new EndpointError({ problem, where: url, failure: "malformed", retriable: false });
    }
    yield chunk;
  }
}

/** What a broken, slow or absent line is called. */
function lineError(
  post: JsonPost,
  error: unknown,
  { isLate, answered }: { readonly isLate: boolean; readonly answered: boolean },
): EndpointError {
  const late = isLate ? `gave no answer within ${post.timeoutMs} ms` : lateness(reasonOf(error), post);
  const failure: CallFailure = late === undefined ? (answered ? "cut" : "connect") : "deadline";
  const why = failure === "cut" ? "broke off its answer" : "could not be reached";
  const problem = late ?? `${why} (${reasonOf(error)})`;
  return new EndpointError({ problem, where: post.url, failure, retriable: true, cause: error });
}

/** Which of the shorter deadlines was missed, in words; undefined for any other fault. */
export function lateness(
  code: string,
  { timeoutMs, firstByteMs = timeoutMs, idleMs = timeoutMs }: Pick<JsonPost, "timeoutMs" | "firstByteMs" | "idleMs">,
): string | undefined {
  if (code === "UND_ERR_HEADERS_TIMEOUT") return `sent nothing within ${firstByteMs} ms`;
  if (code === "UND_ERR_BODY_TIMEOUT") return `fell silent for ${idleMs} ms in the middle of its answer`;
  return code === "UND_ERR_CONNECT_TIMEOUT" ? "did not take the connection in time" : undefined;
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return (error as NodeJS.ErrnoException).code ?? error.message;
}
