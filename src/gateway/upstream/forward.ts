/**
 * One client's call, carried to the models of a chain until one answers: retries where trying again may help, other endpoints
 * of the same model first, then the next model. All of it before the first token: after it there is one answer, and it is the
 * client's.
 */
import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { EndpointError } from "../../providers/endpoint-error.ts";
import { ApiError } from "../api-error.ts";
import type { ReadBody } from "../body/read-body.ts";
import type { CallStop } from "../call-stop.ts";
import { withValue } from "../body/with-value.ts";
import type { AnswerFacts, Wire } from "../wires/wire.ts";
import { answerWatch } from "./answer-watch.ts";
import type { AnswerWatch } from "./answer-watch.ts";
import type { Endpoint, ServedModel } from "./endpoint.ts";
import type { HeldAnswer } from "./held-answer.ts";
import { judged } from "./judged-answer.ts";
import { failedCall } from "./failed-call.ts";
import { askUpstream } from "./upstream-call.ts";
import type { PieceDeadlines, UpstreamPost } from "./upstream-call.ts";

/** What is asked before an endpoint is, and told after: breakers and budgets stand behind it. */
export interface Guard {
  /** Holds what the call may cost. @throws ApiError where a budget is met: the next model may be cheaper */
  reserve(model: ServedModel): Promise<void> | void;
  /** Nothing of it was spent. */
  release(): void;
  /** Whether the endpoint may be asked. */
  allows(endpoint: Endpoint): Promise<boolean> | boolean;
  succeeded(endpoint: Endpoint): void;
  failed(endpoint: Endpoint, retryAfterMs: number | undefined): void;
  /** The client went away, or asked for what is refused, which says nothing of the endpoint. */
  cancelled(endpoint: Endpoint): void;
}

export interface ForwardedCall {
  readonly wire: Wire;
  readonly body: ReadBody;
  /** beside those of the endpoint */
  readonly headers: Readonly<Record<string, string>> | undefined;
  /** whose call it is: the id of a virtual key, "" = nobody's */
  readonly owner: string;
  readonly wantsStream: boolean;
  /** whether a stream is held until it is whole, for somebody to judge it */
  readonly holdWhole: boolean;
  readonly deadlines: PieceDeadlines;
  readonly retries: RetrySettings;
  readonly guard: Guard;
  readonly stop: CallStop;
  /** which endpoint of a model comes first */
  readonly turn: number;
  /** takes keys out of what endpoints said */
  readonly clean: (text: string) => string;
  /** told of every attempt that came to nothing, also of one that the call's end cut short */
  readonly onFailure: (attempt: FailedAttempt) => void;
}

export interface RetrySettings {
  /** attempts at one model after the first */
  readonly retries: number;
  /** before the first retry, doubled each time, times a random 1 to 2 */
  readonly firstWaitMs: number;
  /** an endpoint that asks for more is left for the next one */
  readonly longestWaitMs: number;
}

export interface FailedAttempt {
  readonly endpoint: Endpoint;
  readonly model: ServedModel;
  /** the endpoint's; anything else is what ended the call meanwhile, and no failure of the endpoint */
  readonly error: Error;
  /** whether the endpoint was sent the request */
  readonly wasSent: boolean;
  /** what of a stream had come; undefined = nothing that can be read */
  readonly facts: AnswerFacts | undefined;
}

export interface Forwarded {
  readonly model: ServedModel;
  readonly endpoint: Endpoint;
  readonly answer: HeldAnswer;
  /** of a whole answer; undefined while it streams, and for a refusal that is passed on */
  readonly facts: AnswerFacts | undefined;
  /** of a stream */
  readonly watch: AnswerWatch | undefined;
  /** a refusal: the prompt does not fit this model; another may take it */
  readonly isTooLong: boolean;
}

/**
 * @param tooSmall what a model said that was asked before and was too small for the prompt
 * @throws ApiError when no model of the chain answers; the stop's reason when it is pulled
 */
export async function forward(
  call: ForwardedCall,
  chain: readonly ServedModel[],
  tooSmall?: Forwarded,
): Promise<Forwarded> {
  let failures: Error[] = [];
  let passedOn = tooSmall;
  for (const model of chain) {
    if (passedOn && !mayBeWider(model, passedOn.model)) continue;
    const reserving = reserved(call, model);
    const refused = reserving instanceof Promise ? await reserving : reserving;
    if (refused) {
      failures.push(refused);
      continue;
    }
    const forwarded = await askModel(call, model, failures);
    if (forwarded?.isTooLong === false) return forwarded;
    if (forwarded) [passedOn, failures] = [forwarded, []];
    call.guard.release();
  }
  // No wider model is there, or may be paid: that the prompt is too long is the answer. One that failed may take it the next time.
  if (passedOn && !failures.some((error) => error instanceof EndpointError)) return passedOn;
  throw failedCall(failures, call.clean);
}

/** A window that is not stated may be any. */
function mayBeWider({ contextTokens = Infinity }: ServedModel, { contextTokens: tooFew = 0 }: ServedModel): boolean {
  return contextTokens > tooFew;
}

/** The refusal, if there is one. */
function reserved({ guard }: ForwardedCall, model: ServedModel): ApiError | undefined | Promise<ApiError | undefined> {
  try {
    const reserving = guard.reserve(model);
    return reserving instanceof Promise ? reserving.then(() => undefined, refusalIn) : undefined;
  } catch (error) {
    return refusalIn(error);
  }
}

function refusalIn(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  throw error;
}

async function askModel(call: ForwardedCall, model: ServedModel, failures: Error[]): Promise<Forwarded | undefined> {
  const { endpoints } = model;
  const headers = headersFor(call, model);
  const body = withValue(call.body.bytes, call.body.modelSpans, model.upstreamName);
  for (let attempt = 0; attempt <= call.retries.retries; attempt++) {
    const choosing = nextEndpoint(call, endpoints, attempt);
    const endpoint = choosing instanceof Promise ? await choosing : choosing;
    if (endpoint === undefined) {
      failures.push(brokenModel(model));
      return undefined;
    }
    const error = await askOnce(call, model, endpoint, { body, headers }).catch((cause: unknown) => cause as Error);
    if (!(error instanceof Error)) return error;
    if (!(error instanceof EndpointError)) throw error;
    failures.push(error);
    // Nobody else is asked once the call is over: they would be booked as failures of endpoints that never heard of it.
    if (call.stop.reason) throw call.stop.reason;
    const waitMs = waitOf(error, attempt, call.retries, endpoints.length);
    if (waitMs === undefined) return undefined;
    if (waitMs > 0 && attempt < call.retries.retries) await waited(waitMs, call.stop);
  }
  return undefined;
}

/** @throws the stop's reason when it is pulled meanwhile: what a sleep throws says nothing of why */
async function waited(waitMs: number, stop: CallStop): Promise<void> {
  await sleep(waitMs, undefined, { signal: stop.signal }).catch((error: unknown) => {
    throw stop.reason ?? error;
  });
}

/** The next endpoint in turn that may be asked, after `tried` of them may not. */
function nextEndpoint(
  call: ForwardedCall,
  endpoints: readonly Endpoint[],
  attempt: number,
  tried = 0,
): Endpoint | undefined | Promise<Endpoint | undefined> {
  const endpoint = endpoints[(call.turn + attempt + tried) % endpoints.length];
  if (endpoint === undefined || tried === endpoints.length) return undefined;
  const next = (isAllowed: boolean): ReturnType<typeof nextEndpoint> =>
    isAllowed ? endpoint : nextEndpoint(call, endpoints, attempt, tried + 1);
  const allowed = call.guard.allows(endpoint);
  return allowed instanceof Promise ? allowed.then(next) : next(allowed);
}

/** A client's idempotency key is its own, and for one model: an endpoint gave another client, or another step, the first one's answer. */
function headersFor({ headers, owner }: ForwardedCall, { name }: ServedModel): ForwardedCall["headers"] {
  const once = headers?.["idempotency-key"];
  if (once === undefined) return headers;
  const own = createHash("sha256").update(JSON.stringify([owner, name, once]));
  return { ...headers, "idempotency-key": own.digest("base64url") };
}

async function askOnce(
  call: ForwardedCall,
  model: ServedModel,
  endpoint: Endpoint,
  { body, headers }: Pick<UpstreamPost, "body" | "headers">,
): Promise<Forwarded> {
  const { wire, wantsStream, guard, deadlines, stop } = call;
  const watch = wantsStream
    ? answerWatch(wire, endpoint.label, { asked: call.body.fields, holdWhole: call.holdWhole })
    : undefined;
  const post = { endpoint, path: wire.path, headers, body, wantsStream, watch, wasSent: false };
  try {
    const answer = await askUpstream(post, deadlines, stop);
    if (answer.kind === "stream") return { model, endpoint, answer, facts: undefined, watch, isTooLong: false };
    const verdict = judged(answer, wire, endpoint.label, wantsStream);
    guard.succeeded(endpoint);
    const facts = verdict.kind === "answer" ? verdict.facts : undefined;
    const isTooLong = verdict.kind === "clients-fault" && verdict.isTooLong;
    return { model, endpoint, answer, facts, watch: undefined, isTooLong };
  } catch (error) {
    if (error instanceof EndpointError && stop.reason === undefined && isFault(error))
      guard.failed(endpoint, error.retryAfterMs);
    else guard.cancelled(endpoint);
    if (error instanceof Error)
      call.onFailure({ endpoint, model, error, wasSent: post.wasSent, facts: watch?.facts() });
    throw error;
  }
}

/** Refusals that a client cannot bring about: of the key, of an account without credit. */
const ownRefusals: ReadonlySet<number | undefined> = new Set([401, 402, 429]);

/** Whether it says that the endpoint is broken. What it refused, a path or a model or a request, is refused to one client alone. */
function isFault({ failure, status }: EndpointError): boolean {
  return failure !== "refused" || ownRefusals.has(status);
}

/** Milliseconds to wait before another attempt at the model; undefined = the next model. */
function waitOf(error: EndpointError, attempt: number, settings: RetrySettings, endpoints: number): number | undefined {
  if (!error.retriable) return undefined;
  const asked = error.retryAfterMs ?? 0;
  // With several endpoints the next attempt goes to another one: what this one asked for does not bind it.
  if (endpoints > 1) return attempt + 1 < endpoints ? 0 : settings.firstWaitMs;
  if (asked > settings.longestWaitMs) return undefined;
  const backoff = settings.firstWaitMs * 2 ** attempt * (1 + Math.random());
  return Math.min(Math.max(asked, backoff), settings.longestWaitMs);
}

function brokenModel({ name }: ServedModel): EndpointError {
  const problem = "is left alone for a while: too many calls to it failed";
  return new EndpointError({ problem, where: name, failure: "server", retriable: true });
}
