/** A state that one machine keeps: from a table of keys and a ledger, with limits, breakers and sessions in this process. */
import { budgetsOver } from "./budgets.ts";
import { keyStore } from "./key-store.ts";
import type { KeyTable } from "./key-table.ts";
import type { Ledger } from "./ledger.ts";
import { memoryBreakers } from "./memory-breakers.ts";
import { memoryLimits } from "./memory-limits.ts";
import { memorySessions } from "./memory-sessions.ts";
import type { GatewayState } from "./state.ts";
import { renewalOf } from "./state-options.ts";
import type { StateOptions } from "./state-options.ts";

/** A state, and the table of its keys for those who make them. */
export interface OpenedState {
  readonly state: GatewayState;
  readonly keyTable: KeyTable;
  /** what the user should know, one sentence each */
  readonly notes: readonly string[];
}

export interface EmbeddedParts {
  readonly place: string;
  readonly keyTable: KeyTable;
  readonly ledger: Ledger;
  readonly notes: readonly string[];
  readonly close: () => Promise<void>;
}

export function embeddedState(
  { place, keyTable, ledger, notes, close }: EmbeddedParts,
  options: StateOptions,
): OpenedState {
  const { now } = options;
  const budgets = budgetsOver(ledger, options.caps, now, renewalOf(options));
  const state: GatewayState = {
    place,
    keys: keyStore(keyTable, now),
    limits: memoryLimits(now),
    budgets,
    breakers: memoryBreakers(options.breaker, now),
    sessions: memorySessions(options.sessions, now),
    isReady: () => true,
    async close() {
      budgets.close();
      await close();
    },
  };
  return { state, keyTable, notes };
}
