/**
 * One call to one endpoint, read as it comes. The answer is held until it is whole, or until a stream has said its first
 * token: up to then a failure costs nothing and another endpoint can be asked. Redirects are not followed: the key would
 * ride along. undici's dispatch and no streams of Node: a promise and a buffer per piece is what a gateway must not pay.
 */
import type { IncomingHttpHeaders } from "node:http";
import type { Dispatcher } from "undici";
import { EndpointError } from "../../providers/endpoint-error.ts";
import type { CallDeadlines, CallFailure } from "../../core/chat.ts";
import type { CallStop } from "../call-stop.ts";
import { answerKind } from "./answer-kind.ts";
import type { AnswerWatch } from "./answer-watch.ts";
import type { Endpoint } from "./endpoint.ts";
import type { HeldAnswer, StreamSink } from "./held-answer.ts";

export interface UpstreamPost {
  readonly endpoint: Endpoint;
  /** appended to the base URL's path */
  readonly path: string;
  /** beside those of the endpoint */
  readonly headers: Readonly<Record<string, string>> | undefined;
  readonly body: Buffer;
  /** whether a stream was asked for: then anything else is malformed */
  readonly wantsStream: boolean;
  /** looks at every piece of a stream, once; undefined where none was asked for */
  readonly watch: Pick<AnswerWatch, "take" | "isOver"> | undefined;
  /** Set as soon as the endpoint is sent the request: from then on it may bill it. */
  wasSent: boolean;
}

export type PieceDeadlines = Pick<CallDeadlines, "firstByteMs" | "idleMs">;

/** As of providers/exchange.ts: about a hundred times the longest answer of any model. */
const mostAnswerBytes = 64 * 2 ** 20;
/** of a stream that has begun and that nobody has taken yet */
const mostWaitingBytes = 2 ** 20;
/** The end of every format's word for it: a search goes by the first byte, and quotes are many. */
const errorMark = Buffer.from('rror"');

/** How long an endpoint may take to close its stream after its last event. */
const lastEventGraceMs = 1000;
/** Who takes what comes after it. */
const nobody: StreamSink = { data: () => undefined, end: () => undefined, failed: () => undefined };

/** @throws EndpointError; or the stop's reason when it is pulled */
export function askUpstream(post: UpstreamPost, deadlines: PieceDeadlines, stop: CallStop): Promise<HeldAnswer> {
  return new Promise((resolve, reject) => new UpstreamCall(post, deadlines, stop, { resolve, reject }).send());
}

interface Settle {
  resolve(answer: HeldAnswer): void;
  reject(error: unknown): void;
}

class UpstreamCall implements Dispatcher.DispatchHandler {
  readonly #post: UpstreamPost;
  readonly #deadlines: PieceDeadlines;
  readonly #callStop: CallStop;
  readonly #settle: Settle;
  readonly #sentAt = performance.now();
  /** what came since the event loop's last turn: the pieces of one packet are read, and passed on, as one */
  #fresh: Buffer[] = [];
  readonly #held: Buffer[] = [];
  #heldBytes = 0;
  #controller: Dispatcher.DispatchController | undefined;
  #status = 0;
  #headers: IncomingHttpHeaders = {};
  #isStream = false;
  #sink: StreamSink | undefined;
  /** what stopped it from our side, told instead of what the line says then */
  #stopped: Error | undefined;
  #isOver = false;
  /** a stream that ended, or failed, before anybody took it */
  #ending: EndpointError | "end" | undefined;
  #hasCommitted = false;
  /** of the first byte, then of the next one */
  #timer: NodeJS.Timeout | undefined;
  #isIdleTimer = false;
  #isPaused = false;
  readonly #onStop = (): void => this.#stop(this.#callStop.reason as Error);

  constructor(post: UpstreamPost, deadlines: PieceDeadlines, callStop: CallStop, settle: Settle) {
    this.#post = post;
    this.#deadlines = deadlines;
    this.#callStop = callStop;
    this.#settle = settle;
  }

  send(): void {
    const { endpoint, path, headers, body } = this.#post;
    if (this.#callStop.reason) return this.#settle.reject(this.#callStop.reason);
    this.#callStop.listen(this.#onStop);
    const { firstByteMs } = this.#deadlines;
    this.#timer = setTimeout(() => this.#stop(this.#late(`sent nothing within ${firstByteMs} ms`)), firstByteMs);
    const sent = headers === undefined ? endpoint.headers : { ...endpoint.headers, ...headers };
    const { origin, basePath } = endpoint;
    endpoint.dispatcher.dispatch({ origin, path: basePath + path, method: "POST", headers: sent, body }, this);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    // Given up while it waited for a connection: nothing has been sent.
    if (this.#stopped) return controller.abort(this.#stopped);
    this.#post.wasSent = true;
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    if (status < 200) return;
    this.#status = status;
    this.#headers = headers;
    const { kind, said } = answerKind(headers);
    this.#isStream = status === 200 && kind === "events";
    if (status !== 200) return;
    if (this.#post.wantsStream && kind === "other")
      this.#stop(this.#error("malformed", `answered with ${said}, no event stream`));
    if (!this.#post.wantsStream && kind !== "json")
      this.#stop(this.#error("malformed", `answered with ${said}, no JSON`));
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#stopped || this.#sink === nobody) return;
    if (this.#fresh.push(chunk) === 1) process.nextTick(takeFresh, this);
  }

  onResponseEnd(): void {
    this.#takeFresh();
    if (this.#stopped) return;
    this.#finish();
    if (this.#sink) return this.#sink.end();
    if (this.#hasCommitted) this.#ending = "end";
    else if (this.#isStream) this.#settle.reject(this.#error("cut", "ended its stream before it said anything"));
    else
      this.#settle.resolve({ kind: "whole", status: this.#status, headers: this.#headers, body: joined(this.#held) });
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    this.#takeFresh();
    this.#fail(this.#stopped ?? this.#lineError(error));
  }

  /** Takes what has come by now; the rest of its packet has, too. */
  takeTurn(): void {
    if (this.#fresh.length === 0 || this.#stopped) return;
    this.#waitForMore();
    this.#takeFresh();
    this.#endWithLastEvent();
  }

  #takeFresh(): void {
    const pieces = this.#fresh;
    if (pieces.length === 0) return;
    this.#fresh = [];
    const packet = joined(pieces);
    if (!this.#isStream || pieces.length === 1 || !packet.includes(errorMark)) return this.#take(packet);
    // What was said before an error is passed on, and what tells of the error is not.
    for (const piece of pieces) this.#take(piece);
  }

  #take(bytes: Buffer): void {
    if (this.#stopped) return;
    const hasBegun = this.#isStream && this.#inspected(bytes);
    if (this.#stopped) return;
    if (this.#sink) return this.#sink.data(bytes);
    this.#held.push(bytes);
    this.#heldBytes += bytes.length;
    if (this.#heldBytes > mostAnswerBytes)
      return this.#stop(this.#error("malformed", `the answer is longer than ${mostAnswerBytes} bytes`));
    if (hasBegun && !this.#hasCommitted) this.#commit();
    else if (this.#hasCommitted && this.#heldBytes > mostWaitingBytes) this.#pause();
  }

  #inspected(chunk: Buffer): boolean {
    try {
      return this.#post.watch?.take(chunk) ?? false;
    } catch (error) {
      this.#stop(error as Error);
      return false;
    }
  }

  /** The stream's first token has come: from here on it is the client's. */
  #commit(): void {
    this.#hasCommitted = true;
    this.#settle.resolve({
      kind: "stream",
      status: this.#status,
      headers: this.#headers,
      firstTokenMs: performance.now() - this.#sentAt,
      flow: {
        start: (sink) => this.#start(sink),
        pause: () => this.#pause(),
        resume: () => this.#resume(),
      },
    });
  }

  #start(sink: StreamSink): void {
    this.#sink = sink;
    const isFull = this.#isPaused;
    this.#isPaused = false;
    for (const chunk of this.#held.splice(0)) sink.data(chunk);
    if (this.#ending === "end") sink.end();
    else if (this.#ending) sink.failed(this.#ending);
    else if (!this.#endWithLastEvent() && isFull && !this.#isPaused) this.#resume();
  }

  /**
   * The last event has come, and nobody waits for what the line does then: some endpoints leave it open. A moment later it is
   * closed; until then an end gives it back, to be used again.
   */
  #endWithLastEvent(): boolean {
    if (this.#isOver || this.#sink === undefined || this.#sink === nobody || !this.#post.watch?.isOver()) return false;
    const sink = this.#sink;
    this.#sink = nobody;
    this.#callStop.unlisten(this.#onStop);
    this.#rest();
    this.#timer = setTimeout(() => this.#stop(this.#late("kept its line open after its last event")), lastEventGraceMs);
    this.#controller?.resume();
    sink.end();
    return true;
  }

  /** While the client does not read, the endpoint may be silent as well. */
  #pause(): void {
    if (this.#sink === nobody) return;
    this.#isPaused = true;
    this.#controller?.pause();
    this.#rest();
  }

  #resume(): void {
    this.#isPaused = false;
    if (this.#isOver || this.#sink === nobody) return;
    this.#waitForMore();
    this.#controller?.resume();
  }

  #rest(): void {
    clearTimeout(this.#timer);
    this.#isIdleTimer = false;
  }

  /** A byte has come: from now the time to the next one counts. */
  #waitForMore(): void {
    if (this.#isIdleTimer) return void this.#timer?.refresh();
    this.#rest();
    const { idleMs } = this.#deadlines;
    const late = (): void => this.#stop(this.#late(`fell silent for ${idleMs} ms in the middle of its answer`));
    this.#timer = setTimeout(late, idleMs);
    this.#isIdleTimer = true;
  }

  /** Ends it from our side. The caller is told at once, the endpoint as soon as there is a line to tell it by. */
  #stop(reason: Error): void {
    if (this.#isOver || this.#stopped) return;
    this.#stopped = reason;
    this.#controller?.abort(reason);
    this.#fail(reason);
  }

  #fail(error: Error): void {
    if (this.#isOver) return;
    this.#finish();
    if (!this.#hasCommitted) return this.#settle.reject(error);
    const told = error instanceof EndpointError ? error : this.#error("cut", error.message);
    if (this.#sink) this.#sink.failed(told);
    else this.#ending = told;
  }

  #finish(): void {
    this.#isOver = true;
    this.#rest();
    this.#callStop.unlisten(this.#onStop);
  }

  #late(problem: string): EndpointError {
    return this.#error("deadline", problem, true);
  }

  #lineError(cause: Error): EndpointError {
    const code = (cause as NodeJS.ErrnoException).code ?? cause.message;
    if (code === "UND_ERR_CONNECT_TIMEOUT") return this.#error("deadline", "did not take the connection in time", true);
    if (code === "UND_ERR_HEADERS_OVERFLOW") return this.#error("malformed", "sent headers that are too long");
    const why = this.#status === 0 ? `could not be reached (${code})` : `broke off its answer (${code})`;
    return this.#error(this.#status === 0 ? "connect" : "cut", why, true);
  }

  #error(failure: CallFailure, problem: string, retriable = false): EndpointError {
    return new EndpointError({ problem, where: this.#post.endpoint.label, failure, retriable });
  }
}

function takeFresh(call: UpstreamCall): void {
  call.takeTurn();
}

function joined(pieces: readonly Buffer[]): Buffer {
  return pieces.length === 1 && pieces[0] ? pieces[0] : Buffer.concat(pieces);
}
