/** Sessions kept by this process: the ones used last, each for a while. */
import type { SessionMemory } from "../serving/decider.ts";
import { sessionId } from "./session-id.ts";
import type { Sessions } from "./state.ts";

export interface SessionRules {
  /** forgotten so long after its last use; providers forget a cached prefix sooner */
  readonly keptMs: number;
  /** the ones not used for longest go first */
  readonly mostSessions: number;
}

export const defaultSessionRules: SessionRules = { keptMs: 3_600_000, mostSessions: 100_000 };

/** @param now milliseconds of a clock that all calls share */
export function memorySessions({ keptMs, mostSessions }: SessionRules, now: () => number): Sessions {
  // In order of use: a Map keeps the order in which keys were put.
  const kept = new Map<string, { readonly memory: SessionMemory; readonly usedMs: number }>();
  const keep = (id: string, memory: SessionMemory): void => {
    kept.delete(id);
    kept.set(id, { memory, usedMs: now() });
  };
  const forgetOld = (): void => {
    for (const [id, { usedMs }] of kept) {
      if (kept.size <= mostSessions && now() - usedMs < keptMs) return;
      kept.delete(id);
    }
  };
  return {
    get(owner, session) {
      const id = sessionId(owner, session);
      const found = kept.get(id);
      if (found === undefined || now() - found.usedMs >= keptMs) return undefined;
      keep(id, found.memory);
      return found.memory;
    },
    put(owner, session, { model, cachedTokens }) {
      keep(sessionId(owner, session), { model, cachedTokens });
      forgetOld();
    },
  };
}
