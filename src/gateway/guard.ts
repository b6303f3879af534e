/** A guard that lets everything through: no budgets, no breakers. */
import type { Guard } from "./upstream/forward.ts";

export function openGuard(): Guard {
  const nothing = (): void => undefined;
  return {
    reserve: nothing,
    release: nothing,
    allows: () => true,
    succeeded: nothing,
    failed: nothing,
    cancelled: nothing,
  };
}
