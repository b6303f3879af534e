/**
 * One POST and its reply, read as it comes: each deadline fires alone, the body has a cap, and whatever goes wrong on the line
 * becomes an EndpointError. Redirects are not followed: the key would ride along.
 */
import type { Dispatcher } from "undici";
import type { CallFailure } from "../core/chat.ts";
import { abortListeners } from "./abort-listeners.ts";
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

/** What a reply begins with. */
export interface ReplyHead {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** Reads one reply's body. What it throws ends the exchange with that, and drops the line. */
export interface ReplyReader<Result> {
  /**
   * The next piece of the body.
   * @returns true once nothing that still comes is of interest: the body's end is waited for a moment, for the connection's
   *   sake, and what happens to the line meanwhile is no fault
   */
  take(chunk: Uint8Array): boolean;
  /** What the body says, once it has ended. */
  end(): Result;
}

/** 64 MiB: about a hundred times the longest answer of any model. */
export const mostAnswerBytes = 64 * 2 ** 20;
const lingerMs = 500;

/** What `open`'s reader makes of the reply, whatever its status. Throws EndpointError; or the signal's reason when it is aborted. */
export function exchange<Result>(
  post: JsonPost,
  open: (head: ReplyHead) => ReplyReader<Result>,
  signal?: AbortSignal,
): Promise<Result> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const one = new Exchange(post, open, signal, resolve, reject);
    try {
      post.dispatcher.dispatch(requestOf(post), one);
    } catch (error) {
      one.onResponseError(undefined, error);
    }
  });
}

function requestOf(post: JsonPost): Dispatcher.DispatchOptions {
  const { url, apiKey, headers, body, timeoutMs, firstByteMs = timeoutMs, idleMs = timeoutMs } = post;
  const { origin, pathname, search } = new URL(url);
  return {
    origin,
    path: pathname + search,
    method: "POST",
    headers: {
      "content-type": "application/json",
      ...(apiKey !== undefined && { authorization: `Bearer ${apiKey}` }),
      ...headers,
    },
    body: JSON.stringify(body),
    headersTimeout: firstByteMs,
    bodyTimeout: idleMs,
  };
}

/** Callbacks instead of a stream: a stream, its iterator and their events cost more than all the rest of a short call. */
class Exchange<Result> implements Dispatcher.DispatchHandler {
  readonly #post: JsonPost;
  readonly #open: (head: ReplyHead) => ReplyReader<Result>;
  readonly #signal: AbortSignal | undefined;
  readonly #resolve: (result: Result) => void;
  readonly #reject: (error: unknown) => void;
  readonly #aborted = (): void => this.#fail(this.#signal?.reason);
  #timer: NodeJS.Timeout;
  #controller: Dispatcher.DispatchController | undefined;
  #reader: ReplyReader<Result> | undefined;
  #bytes = 0;
  #isWhole = false;
  #isOver = false;

  constructor(
    post: JsonPost,
    open: (head: ReplyHead) => ReplyReader<Result>,
    signal: AbortSignal | undefined,
    resolve: (result: Result) => void,
    reject: (error: unknown) => void,
  ) {
    this.#post = post;
    this.#open = open;
    this.#signal = signal;
    this.#resolve = resolve;
    this.#reject = reject;
    if (signal) abortListeners(signal).add(this.#aborted);
    this.#timer = setTimeout(() => this.#broken(undefined), post.timeoutMs);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#isOver) controller.abort(dropped());
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: ReplyHead["headers"]): void {
    if (status < 200 || this.#isOver) return;
    this.#guarded(() => (this.#reader = this.#open({ status, headers })));
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Uint8Array): void {
    if (this.#isOver) return;
    this.#guarded(() => this.#take(chunk));
  }

  onResponseEnd(): void {
    this.#finish();
  }

  onResponseError(_: unknown, error: unknown): void {
    this.#broken(error);
  }

  #take(chunk: Uint8Array): void {
    const { url, mostBytes = mostAnswerBytes } = this.#post;
    this.#bytes += chunk.length;
    if (this.#bytes > mostBytes) {
      const problem = `the answer is longer than ${mostBytes} bytes`;
      throw new EndpointError({ problem, where: url, failure: "malformed", retriable: false });
    }
    if (this.#isWhole || !this.#reader?.take(chunk)) return;
    this.#isWhole = true;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#broken(undefined), lingerMs);
  }

  #finish(): void {
    this.#guarded(() => {
      if (!this.#reader || this.#isOver) return;
      const result = this.#reader.end();
      this.#over();
      this.#resolve(result);
    });
  }

  /** The line broke, with `error`; undefined: time is up. */
  #broken(error: unknown): void {
    if (this.#isOver) return;
    if (!this.#isWhole) return this.#fail(lineError(this.#post, error, this.#reader !== undefined));
    this.#finish();
    this.#controller?.abort(dropped());
  }

  #guarded(step: () => void): void {
    try {
      step();
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    if (this.#isOver) return;
    this.#over();
    this.#reject(error);
    this.#controller?.abort(dropped());
  }

  #over(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
    if (this.#signal) abortListeners(this.#signal).delete(this.#aborted);
  }
}

/** undici wants a reason; nobody reads it. */
function dropped(): Error {
  return new Error("the rest of the answer is of no interest");
}

/** What a broken, slow or absent line is called; `error` undefined = the whole call's time is up. */
function lineError(post: JsonPost, error: unknown, isAnswered: boolean): EndpointError {
  const late = error ? lateness(reasonOf(error), post) : `gave no answer within ${post.timeoutMs} ms`;
  const failure: CallFailure = late === undefined ? (isAnswered ? "cut" : "connect") : "deadline";
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
