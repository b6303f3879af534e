/** Makes calls from this process: paced, repeated while that may help, each failure named. */
import { defaultDeadlines } from "../../core/chat.ts";
import type { CallDeadlines, ChatCompletion, ChatProvider } from "../../core/chat.ts";
import { EndpointError } from "../../providers/endpoint-error.ts";
import { withRetries } from "../../providers/with-retries.ts";
import type { Pace } from "../flow/rate-limiter.ts";
import { mayBeBilled } from "./may-be-billed.ts";
import type { AskedCall, Caller, CallOutcome } from "./caller.ts";

export interface LocalCallerOptions {
  readonly provider: ChatProvider;
  readonly concurrency: number;
  readonly pace: Pace;
  /** attempts after the first */
  readonly retries: number;
  readonly firstWaitMs?: number | undefined;
  readonly deadlines?: Partial<CallDeadlines> | undefined;
}

export function localCaller(options: LocalCallerOptions): Caller {
  const deadlines = { ...defaultDeadlines, ...options.deadlines };
  const isHopeless = hopelessness();
  return {
    concurrency: options.concurrency,
    call: (call, signal, leave = signal) => ask(call, options, deadlines, isHopeless, { signal, leave }),
  };
}

/** Statuses that every further call would meet as well: key and account. */
const hopeless = new Set([401, 402]);
/** 403 may be the key, or a prompt that moderation refuses: the key, when so many were refused and none answered. */
const forbiddenAtMost = 10;

/** Told how each call ended (undefined: well), says whether any further one is in vain. */
function hopelessness(): (status: number | undefined) => boolean {
  let answered = false;
  let forbidden = 0;
  return (status) => {
    answered ||= status === undefined;
    if (status === 403) forbidden++;
    return hopeless.has(status ?? 0) || (!answered && forbidden >= forbiddenAtMost);
  };
}

async function ask(
  call: AskedCall,
  { provider, pace, retries, firstWaitMs }: LocalCallerOptions,
  deadlines: CallDeadlines,
  isHopeless: (status: number | undefined) => boolean,
  { signal, leave }: { readonly signal: AbortSignal | undefined; readonly leave: AbortSignal | undefined },
): Promise<CallOutcome> {
  const { key, request, tokensGuess } = call;
  let attempts = 0;
  let unsettled = 0;
  const once = async (): Promise<ChatCompletion> => {
    await pace.acquire(tokensGuess, signal);
    attempts++;
    try {
      const completion = await provider.complete(request, { deadlines, signal: leave, idempotencyKey: key });
      pace.succeeded();
      const used = (completion.usage?.inputTokens ?? NaN) + (completion.usage?.outputTokens ?? NaN);
      if (!Number.isNaN(used)) pace.settle(tokensGuess, used);
      return completion;
    } catch (error) {
      if (error instanceof EndpointError && mayBeBilled(error)) unsettled++;
      if (error instanceof EndpointError && error.failure === "rate-limit") pace.refused(error.retryAfterMs);
      throw error;
    }
  };
  try {
    const completion = await withRetries(once, { retries, firstWaitMs, signal });
    isHopeless(undefined);
    return { status: "done", completion, attempts, ...count(unsettled), at: now(), cached: false };
  } catch (error) {
    const ended = { status: "fail", attempts, ...count(unsettled), at: now() } as const;
    if (!(error instanceof EndpointError)) {
      // Stopped before it was asked again: what the attempts before may have cost is known, and stays known.
      if (signal?.aborted && unsettled > 0)
        return { ...ended, failure: "cut", httpStatus: NaN, reason: "stopped before it was asked again" };
      signal?.throwIfAborted();
      throw error;
    }
    if (isHopeless(error.status ?? 0)) throw error;
    const { failure, status = NaN, problem } = error;
    return { ...ended, failure, httpStatus: status, reason: problem };
  }
}

function count(unsettled: number): { readonly unsettled?: number } {
  return unsettled > 0 ? { unsettled } : {};
}

function now(): string {
  return new Date().toISOString();
}
