/**
 * The guard of one call: money is held before a model is asked and settled when its answer is over, streams alike; endpoints that
 * broke are left alone for a while. Each call that a breaker let through is told about once.
 */
import { costUsd } from "../prices/price.ts";
import type { BudgetRefusal, GatewayState, Reservation, Spender } from "../gateway-state/state.ts";
import { ApiError } from "./api-error.ts";
import type { Endpoint, ServedModel } from "./upstream/endpoint.ts";
import type { Guard } from "./upstream/forward.ts";

export interface CallGuard extends Guard {
  /** Books what the call cost; NaN = not known, and all that was held counts. Without money held nothing is booked. */
  settle(usd: number): void;
  /** Gives all of it back. */
  releaseAll(): void;
}

export interface Expected {
  readonly inputTokens: number;
  /** the most that may be answered */
  readonly outputTokens: number;
}

export function callGuard(
  { budgets, breakers }: Pick<GatewayState, "budgets" | "breakers">,
  key: Spender | undefined,
  expected: Expected,
  onDefect: (error: unknown) => void,
): CallGuard {
  let held: Reservation | undefined;
  const later = (answer: void | Promise<void>): void => {
    if (answer instanceof Promise) answer.catch(onDefect);
  };
  const giveBack = (): void => {
    if (held) later(budgets.release(held));
    held = undefined;
  };
  return {
    async reserve(model) {
      const usd = mostUsd(model, expected);
      const reserved = await budgets.reserve({ key, model: model.name }, usd);
      if (!reserved.ok) throw budgetError(reserved.refusal, model, usd);
      held = reserved.reservation;
    },
    release: giveBack,
    releaseAll: giveBack,
    settle(usd) {
      if (held) later(budgets.settle(held, usd));
      held = undefined;
    },
    allows({ label }) {
      const allowed = breakers.allows(label);
      return allowed instanceof Promise ? allowed.then(({ ok }) => ok) : allowed.ok;
    },
    succeeded: ({ label }: Endpoint) => later(breakers.succeeded(label)),
    failed: ({ label }: Endpoint, retryAfterMs) => later(breakers.failed(label, retryAfterMs)),
    cancelled: ({ label }: Endpoint) => later(breakers.cancelled(label)),
  };
}

function mostUsd({ price }: ServedModel, { inputTokens, outputTokens }: Expected): number {
  if (price === undefined) return NaN;
  const none = { cachedInputTokens: NaN, cacheWriteTokens: NaN, reasoningTokens: NaN };
  return costUsd({ inputTokens, outputTokens, ...none }, price);
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
  return new ApiError({ status: 429, code: "budget_exceeded", problem });
}
