/** All that a gateway remembers, in this process: for one replica, and gone when it ends. */
import { embeddedState } from "./embedded-state.ts";
import type { OpenedState } from "./embedded-state.ts";
import { memoryKeys } from "./memory-keys.ts";
import { memoryLedger } from "./memory-ledger.ts";
import type { StateOptions } from "./state-options.ts";

export function memoryState(options: StateOptions): OpenedState {
  const ledger = memoryLedger(options.now, options.holdMs);
  const close = (): Promise<void> => Promise.resolve();
  return embeddedState({ place: "memory", keyTable: memoryKeys(), ledger, notes: [], close }, options);
}
