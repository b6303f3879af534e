/**
 * Who is to be told when a signal is aborted, as a set: many calls under way share one signal, and a listener of the signal's own
 * for each costs ten times as much to add and remove.
 */
import { setMaxListeners } from "node:events";

const listeners = new WeakMap<AbortSignal, Set<() => void>>();

/** Add to it, and take out again what need not be told any more. A signal that is aborted already tells nobody. */
export function abortListeners(signal: AbortSignal): Set<() => void> {
  const known = listeners.get(signal);
  if (known) return known;
  const told = new Set<() => void>();
  listeners.set(signal, told);
  setMaxListeners(0, signal);
  signal.addEventListener("abort", () => told.forEach((tell) => tell()), { once: true });
  return told;
}
