/** A ledger kept by this process: gone when it ends. */
import { renewIn, reserveIn, settleIn, stateIn } from "./ledger.ts";
import type { KeptHold, Ledger, LedgerTables, LineState } from "./ledger.ts";

/** @param now milliseconds since 1970 @param holdMs how long a hold lasts without being renewed */
export function memoryLedger(now: () => number, holdMs: number): Ledger {
  const tables = memoryTables();
  const time = () => ({ nowMs: now(), holdMs });
  return {
    reserve: (id, lines, nanos) => reserveIn(tables, id, lines, nanos, time()),
    settle: (hold, nanos) => settleIn(tables, hold, nanos, now()),
    renew: (ids) => renewIn(tables, ids, time()),
    spent: (lines) => lines.map((line) => stateIn(tables, line, now()).spent),
  };
}

function memoryTables(): LedgerTables {
  const lines = new Map<string, LineState>();
  // In the order in which they lapse: all last equally long, and a renewed one is put anew.
  const holds = new Map<string, KeptHold>();
  return {
    line: (name) => lines.get(name),
    putLine: (name, state) => void lines.set(name, state),
    hold: (id) => holds.get(id),
    putHold: (hold) => void holds.set(hold.id, hold),
    removeHold: ({ id }) => void holds.delete(id),
    lapsed(nowMs) {
      const found: KeptHold[] = [];
      for (const hold of holds.values()) {
        if (hold.lapsesMs > nowMs) break;
        found.push(hold);
      }
      return found;
    },
  };
}
