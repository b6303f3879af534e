/**
 * The guard of one call: money is held before a model is asked and settled when its answer is over, streams alike; endpoints that
 * broke are left alone for a while. Each call that a breaker let through is told about once.
 */
import { costUsd } from "../prices/price.ts";
import type { BudgetRefusal, GatewayState, Reservation, Reserved, Spender } from "../gateway-state/state.ts";
import { ApiError } from "./api-error.ts";
import type { Endpoint, ServedModel } from "./upstream/endpoint.ts";
import type { Guard } from "./upstream/forward.ts";

export interface Expected {
  readonly inputTokens: number;
  /** the most that may be answered */
  readonly outputTokens: number;
  /** whether the request itself says so: else it is a guess */
  readonly isLimited: boolean;
}

export class CallGuard implements Guard {
  readonly #state: Pick<GatewayState, "budgets" | "breakers">;
  readonly #key: Spender | undefined;
  readonly #expected: Expected;
  readonly #path: string;
  readonly #isUnbounded: boolean;
  readonly #onDefect: (error: unknown) => void;
  #held: Reservation | undefined;
  /** for attempts that came to nothing and may be billed, under what is held now */
  #owedUsd = 0;

  constructor({ state, onDefect }: GuardContext, key: Spender | undefined, { expected, path, goesOn }: GuardedCall) {
    this.#path = path;
    this.#isUnbounded = goesOn && !expected.isLimited;
    this.#state = state;
    this.#onDefect = onDefect;
    this.#key = key;
    this.#expected = expected;
  }

  reserve(model: ServedModel): void | Promise<void> {
    const usd = this.#isUnbounded ? NaN : mostUsd(model, this.#expected);
    const reserving = this.#state.budgets.reserve({ key: this.#key, model: model.name }, usd);
    if (!(reserving instanceof Promise)) return this.#hold(reserving, model, usd);
    return reserving.then((reserved) => this.#hold(reserved, model, usd));
  }

  /** An attempt came to nothing and may be billed so much: booked with what is held, whatever becomes of the call. NaN = no price. */
  owe(usd: number): void {
    if (usd > 0) this.#owedUsd += usd;
  }

  /** Nothing but what is owed was spent. */
  release(): void {
    if (this.#owedUsd > 0) return this.settle(0);
    if (this.#held) this.#later(this.#state.budgets.release(this.#held));
    this.#held = undefined;
  }

  /** Books what the call cost; NaN = not known, and all that was held counts. Without money held nothing is booked. */
  settle(usd: number): void {
    if (this.#held) this.#later(this.#state.budgets.settle(this.#held, usd + this.#owedUsd));
    this.#held = undefined;
    this.#owedUsd = 0;
  }

  allows(endpoint: Endpoint): boolean | Promise<boolean> {
    const allowed = this.#state.breakers.allows(this.#target(endpoint));
    return allowed instanceof Promise ? allowed.then(({ ok }) => ok) : allowed.ok;
  }

  succeeded(endpoint: Endpoint): void {
    this.#later(this.#state.breakers.succeeded(this.#target(endpoint)));
  }

  failed(endpoint: Endpoint, retryAfterMs: number | undefined): void {
    this.#later(this.#state.breakers.failed(this.#target(endpoint), retryAfterMs));
  }

  cancelled(endpoint: Endpoint): void {
    this.#later(this.#state.breakers.cancelled(this.#target(endpoint)));
  }

  /** What an endpoint does not offer says nothing of what it does: a breaker for each of its paths. */
  #target({ label }: Endpoint): string {
    return label + this.#path;
  }

  #hold(reserved: Reserved, model: ServedModel, usd: number): void {
    if (!reserved.ok && this.#isUnbounded && reserved.refusal.reason !== "unavailable") throw unboundedError();
    if (!reserved.ok) throw budgetError(reserved.refusal, model, usd);
    this.#held = reserved.reservation;
  }

  #later(answer: void | Promise<void>): void {
    if (answer instanceof Promise) answer.catch(this.#onDefect);
  }
}

export interface GuardedCall {
  readonly expected: Expected;
  /** of the wire format, e.g. "/chat/completions" */
  readonly path: string;
  /** whether its answer is made in the background: it is never put right what was held for it */
  readonly goesOn: boolean;
}

interface GuardContext {
  readonly state: Pick<GatewayState, "budgets" | "breakers">;
  readonly onDefect: (error: unknown) => void;
}

function mostUsd({ price }: ServedModel, { inputTokens, outputTokens }: Expected): number {
  if (price === undefined) return NaN;
  const none = { cachedInputTokens: NaN, cacheWriteTokens: NaN, reasoningTokens: NaN };
  return costUsd({ inputTokens, outputTokens, ...none }, price);
}

/** Nobody is told here what it will cost, and no budget is gone past unseen. */
function unboundedError(): ApiError {
  const problem =
    "a budget holds for this call, and what an answer in the background costs is not known when it is over";
  const mend = "Set max_output_tokens: what so long an answer costs is held, and counts as spent";
  const param = "max_output_tokens";
  return new ApiError({ status: 400, code: "limit_needed", problem, mend, param });
}

const whose = { key: "this key's", model: "the model's", gateway: "the gateway's" } as const;

/** What a caller may know of a cap that is not its own is only that it is met. */
function budgetError(
  { reason, period, capUsd, resetsAt }: BudgetRefusal,
  { name }: ServedModel,
  usd: number,
): ApiError {
  if (reason === "unavailable") {
    const problem = "what was spent cannot be looked up, and nothing is spent meanwhile";
    return new ApiError({ status: 503, code: "state_unavailable", problem, retryAfterMs: 1000 });
  }
  const cap = reason === "key" ? ` of ${capUsd} USD` : "";
  const until = resetsAt === undefined ? "" : `; it begins anew at ${resetsAt}`;
  const unpriced = Number.isNaN(usd) ? `, and ${name} has no price that a call could be held against` : "";
  const problem = `${whose[reason]} budget${cap} for the ${period === "total" ? "whole time" : period} has no room for a call to ${name}${unpriced}${until}`;
  // Most often the answer that may come is held for, not the one that comes: a client can ask for a shorter one.
  const held = `${Number(usd.toPrecision(3))} USD are held for it, which a lower limit of its answer (max_tokens) makes less`;
  const mend = reason === "key" && !Number.isNaN(usd) ? held : undefined;
  return new ApiError({ status: 429, code: "budget_exceeded", problem, mend });
}
