/** Settings that are read once, when the gateway starts: a change of them waits for the next start. */
import type { GatewaySettings } from "./config.ts";

const whole = ["listen", "keys", "state", "whenStateIsAway", "breaker", "spendLog", "log", "reload"] as const;
const ofLimits = ["bodyMiB", "headerKiB", "slowClientSeconds"] as const;

export interface Fixed {
  readonly settings: GatewaySettings;
  /** those that differ and do not change, e.g. "gateway.listen" */
  readonly waiting: readonly string[];
}

/** The new settings with those of the start where they are fixed. */
export function withFixedSettings(next: GatewaySettings, first: GatewaySettings): Fixed {
  const differ = (one: unknown, other: unknown): boolean => JSON.stringify(one) !== JSON.stringify(other);
  const waiting = [
    ...whole.filter((name) => differ(next[name], first[name])),
    ...ofLimits.filter((name) => next.limits[name] !== first.limits[name]).map((name) => `limits.${name}`),
  ];
  const fixed = Object.fromEntries(whole.map((name) => [name, first[name]])) as Pick<
    GatewaySettings,
    (typeof whole)[number]
  >;
  const { bodyMiB, headerKiB, slowClientSeconds } = first.limits;
  const limits = { ...next.limits, bodyMiB, headerKiB, slowClientSeconds };
  return { settings: { ...next, ...fixed, limits }, waiting: waiting.map((name) => `gateway.${name}`) };
}
