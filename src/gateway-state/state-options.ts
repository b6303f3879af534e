/** What a state is made with; the same for all kinds. */
import { defaultBreakerRules } from "./breaker.ts";
import type { BreakerRules } from "./breaker.ts";
import type { BudgetTiming } from "./budgets.ts";
import type { GatewayCaps } from "./state.ts";
import { defaultSessionRules } from "./memory-sessions.ts";
import type { SessionRules } from "./memory-sessions.ts";

/** What is answered while a shared store is away. */
export interface FailModes {
  /** closed: nothing is spent that cannot be counted. Open: calls go on, and are booked once the store is back. */
  readonly budgets: "closed" | "open";
  /** open: each process counts for itself meanwhile */
  readonly limits: "closed" | "open";
}

export interface StateOptions {
  readonly caps: GatewayCaps;
  readonly breaker: BreakerRules;
  readonly sessions: SessionRules;
  /** money held back for a call lapses so long after the process that made it was last heard of */
  readonly holdMs: number;
  /** calls that are longer than that have their money held no more */
  readonly longestCallMs: number;
  readonly whenAway: FailModes;
  /** milliseconds since 1970; Redis has its own clock, which is everybody's */
  readonly now: () => number;
}

export const defaultStateOptions: StateOptions = {
  caps: {},
  breaker: defaultBreakerRules,
  sessions: defaultSessionRules,
  holdMs: 60_000,
  longestCallMs: 3_600_000,
  whenAway: { budgets: "closed", limits: "open" },
  now: Date.now,
};

/** Three chances to renew a hold before it lapses. */
export function renewalOf({ holdMs, longestCallMs }: StateOptions): BudgetTiming {
  return { renewEveryMs: holdMs / 3, longestMs: longestCallMs };
}
