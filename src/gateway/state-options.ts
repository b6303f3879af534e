/** What the gateway's settings say of its state. */
import { failModes } from "../gateway-state/away-settings.ts";
import { defaultBreakerRules } from "../gateway-state/breaker.ts";
import type { StateOptions } from "../gateway-state/state-options.ts";
import type { GatewaySettings } from "./config.ts";

export function stateOptions({ budgets, breaker, deadlines, whenStateIsAway }: GatewaySettings): Partial<StateOptions> {
  return {
    caps: budgets,
    whenAway: failModes(whenStateIsAway),
    breaker: {
      ...defaultBreakerRules,
      windowMs: breaker.windowSeconds * 1000,
      minimumCalls: breaker.minimumCalls,
      failureShare: breaker.failureShare,
      coolDownMs: breaker.coolDownSeconds * 1000,
    },
    // The total deadline ends every call: what is held longer is nobody's.
    longestCallMs: (deadlines.totalSeconds + deadlines.drainSeconds) * 1000,
  };
}
