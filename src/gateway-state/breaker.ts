/**
 * The state machine of one breaker. Pure: the time comes in.
 *
 * closed --(of at least `minimumCalls` in a window, `failureShare` failed)--> open
 * open --(cool-down over, a call asks)--> half-open, and that call is the probe
 * half-open --(success)--> closed;  --(failure)--> open, for twice as long;  --(cancelled, or never heard of again)--> the next probe
 *
 * A call that was let through while closed may end later: its success closes a half-open breaker too, its failure opens it.
 */
import type { Allowed, BreakerState } from "./state.ts";

export interface BreakerRules {
  /** how long calls are counted together */
  readonly windowMs: number;
  /** fewer calls than that in a window say nothing */
  readonly minimumCalls: number;
  /** this share of them failed: it opens */
  readonly failureShare: number;
  /** how long it stays open the first time; doubles with each probe that fails */
  readonly coolDownMs: number;
  readonly longestCoolDownMs: number;
  /** a probe that was not heard of for so long is given up */
  readonly probeMs: number;
}

export const defaultBreakerRules: BreakerRules = {
  windowMs: 30_000,
  minimumCalls: 5,
  failureShare: 0.5,
  coolDownMs: 5_000,
  longestCoolDownMs: 300_000,
  probeMs: 60_000,
};

export interface Breaker {
  readonly state: BreakerState;
  /** closed: when the window began */
  readonly sinceMs: number;
  /** closed: of the window */
  readonly calls: number;
  readonly failures: number;
  /** open: when a probe may go; half-open: when the one under way is given up */
  readonly untilMs: number;
  /** how often it opened since it was last closed */
  readonly trips: number;
}

export function closedBreaker(nowMs: number): Breaker {
  return { state: "closed", sinceMs: nowMs, calls: 0, failures: 0, untilMs: 0, trips: 0 };
}

export function allow(
  breaker: Breaker,
  { probeMs }: BreakerRules,
  nowMs: number,
): readonly [allowed: Allowed, next: Breaker] {
  if (breaker.state === "closed") return [{ ok: true, isProbe: false }, breaker];
  if (nowMs < breaker.untilMs) return [{ ok: false, retryAfterMs: breaker.untilMs - nowMs }, breaker];
  return [
    { ok: true, isProbe: true },
    { ...breaker, state: "half-open", untilMs: nowMs + probeMs },
  ];
}

export function succeed(breaker: Breaker, rules: BreakerRules, nowMs: number): Breaker {
  if (breaker.state === "open") return breaker;
  if (breaker.state === "half-open") return closedBreaker(nowMs);
  // Written out, since it is made for every call: of copies by spread V8 keeps many alive (ADR 0037).
  const { state, sinceMs, calls, failures, untilMs, trips } = inWindow(breaker, rules, nowMs);
  return { state, sinceMs, calls: calls + 1, failures, untilMs, trips };
}

/** @param askedMs how long the endpoint asks to be left alone; it is heard for as long as a breaker may be open at all */
export function fail(breaker: Breaker, rules: BreakerRules, nowMs: number, askedMs: number): Breaker {
  const retryAfterMs = Math.min(askedMs, rules.longestCoolDownMs);
  if (breaker.state === "open") return { ...breaker, untilMs: Math.max(breaker.untilMs, nowMs + retryAfterMs) };
  if (breaker.state === "half-open") return opened(breaker, rules, nowMs, retryAfterMs);
  const { calls, failures, ...window } = inWindow(breaker, rules, nowMs);
  const next = { ...window, calls: calls + 1, failures: failures + 1 };
  const isBroken = next.calls >= rules.minimumCalls && next.failures >= rules.failureShare * next.calls;
  return isBroken ? opened(next, rules, nowMs, retryAfterMs) : next;
}

/** Only of a half-open one it says something: that the probe is over. */
export function cancel(breaker: Breaker, nowMs: number): Breaker {
  return breaker.state === "half-open" ? { ...breaker, untilMs: nowMs } : breaker;
}

function inWindow(breaker: Breaker, { windowMs }: BreakerRules, nowMs: number): Breaker {
  return nowMs - breaker.sinceMs >= windowMs ? closedBreaker(nowMs) : breaker;
}

function opened(breaker: Breaker, rules: BreakerRules, nowMs: number, retryAfterMs: number): Breaker {
  const coolDownMs = Math.min(rules.coolDownMs * 2 ** breaker.trips, rules.longestCoolDownMs);
  return {
    state: "open",
    sinceMs: nowMs,
    calls: 0,
    failures: 0,
    untilMs: nowMs + Math.max(coolDownMs, retryAfterMs),
    trips: breaker.trips + 1,
  };
}
