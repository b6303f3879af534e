/** A ledger in LMDB, for all processes of one machine: each change is a transaction of its own, some tens of microseconds. */
import { renewIn, reserveIn, settleIn, stateIn } from "./ledger.ts";
import type { Ledger } from "./ledger.ts";
import type { LmdbTables } from "./lmdb-tables.ts";

/** @param now milliseconds since 1970 @param holdMs how long a hold lasts without being renewed */
export function lmdbLedger({ spend, spending, refresh }: LmdbTables, now: () => number, holdMs: number): Ledger {
  const time = () => ({ nowMs: now(), holdMs });
  return {
    reserve: (id, lines, nanos) => spending(() => reserveIn(spend, id, lines, nanos, time())),
    settle: (hold, nanos) => spending(() => settleIn(spend, hold, nanos, now())),
    renew: (ids) => spending(() => renewIn(spend, ids, time())),
    spent(lines) {
      refresh();
      return lines.map((line) => stateIn(spend, line, now()).spent);
    },
  };
}
