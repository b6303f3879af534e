/** What the gateway's settings say of its state. */
import { failModes } from "../gateway-state/away-settings.ts";
import { defaultBreakerRules } from "../gateway-state/breaker.ts";
import type { StateOptions } from "../gateway-state/state-options.ts";
import type { GatewaySettings } from "./config.ts";
import { longestCallMs } from "./longest-call.ts";

export function stateOptions(settings: GatewaySettings): Partial<StateOptions> {
  const { budgets, breaker, whenStateIsAway } = settings;
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
    longestCallMs: longestCallMs(settings),
  };
}
