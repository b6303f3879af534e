/** Breakers kept by this process. */
import { allow, cancel, closedBreaker, fail, succeed } from "./breaker.ts";
import type { Breaker, BreakerRules } from "./breaker.ts";
import type { Breakers } from "./state.ts";

/** @param now milliseconds of a clock that all calls share */
export function memoryBreakers(rules: BreakerRules, now: () => number): Breakers {
  // Targets come from the config: there are as many as it names.
  const kept = new Map<string, Breaker>();
  const of = (target: string): Breaker => kept.get(target) ?? closedBreaker(now());
  return {
    allows(target) {
      const [allowed, next] = allow(of(target), rules, now());
      kept.set(target, next);
      return allowed;
    },
    succeeded: (target) => void kept.set(target, succeed(of(target), rules, now())),
    failed: (target, retryAfterMs = 0) => void kept.set(target, fail(of(target), rules, now(), retryAfterMs)),
    cancelled: (target) => void kept.set(target, cancel(of(target), now())),
    stateOf: (target) => of(target).state,
  };
}
