/**
 * A decider that can be changed while it decides: a new router is taken up between two requests, and the old one is closed when
 * the last decision that it began has ended. A decision is wholly of the one or of the other.
 */
import type { Decider, ServedDecision } from "./decider.ts";

export interface SwappableDecider extends Decider {
  /** Resolves when the old decider is closed; from the call on all decisions are by `next`. */
  swap(next: Decider): Promise<void>;
}

/** Decisions under way, and what waits for their end. */
interface Tenure {
  readonly decider: Decider;
  underWay: number;
  onIdle: (() => void) | undefined;
}

/** Takes over the decider: close this one, and it is closed. */
export function swappableDecider(first: Decider): SwappableDecider {
  let tenure: Tenure = { decider: first, underWay: 0, onIdle: undefined };
  return {
    get routers() {
      return tenure.decider.routers;
    },
    get models() {
      return tenure.decider.models;
    },
    get isImmediate() {
      return tenure.decider.isImmediate;
    },
    get warnings() {
      return tenure.decider.warnings;
    },
    get counts() {
      return tenure.decider.counts;
    },
    target: (model, header) => tenure.decider.target(model, header),
    decide: (request, signal) => decideIn(tenure, () => tenure.decider.decide(request, signal)),
    swap(next) {
      const old = tenure;
      tenure = { decider: next, underWay: 0, onIdle: undefined };
      return closed(old);
    },
    close: () => closed(tenure),
  };
}

/** A decision that comes at once was never under way. */
function decideIn(tenure: Tenure, decide: () => ServedDecision | Promise<ServedDecision>) {
  const decision = decide();
  if (!(decision instanceof Promise)) return decision;
  tenure.underWay++;
  return decision.finally(() => {
    tenure.underWay--;
    if (tenure.underWay === 0) tenure.onIdle?.();
  });
}

async function closed(tenure: Tenure): Promise<void> {
  if (tenure.underWay > 0) await new Promise<void>((resolve) => (tenure.onIdle = resolve));
  await tenure.decider.close();
}
