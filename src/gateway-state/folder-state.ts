/**
 * Keys, spend and budgets in a folder, through LMDB: they outlive the process, and several processes on one machine share them.
 * Limits, breakers and sessions stay with each process; Redis shares them too.
 */
import { embeddedState } from "./embedded-state.ts";
import type { OpenedState } from "./embedded-state.ts";
import { lmdbKeys } from "./lmdb-keys.ts";
import { lmdbLedger } from "./lmdb-ledger.ts";
import { openLmdbTables } from "./lmdb-tables.ts";
import type { StateOptions } from "./state-options.ts";

/** Opens the folder, which is made where it is not there. @throws StateError when it cannot be */
export async function folderState(folder: string, options: StateOptions): Promise<OpenedState> {
  const tables = await openLmdbTables(folder);
  const ledger = lmdbLedger(tables, options.now, options.holdMs);
  const { notes, close } = tables;
  return embeddedState({ place: folder, keyTable: lmdbKeys(tables), ledger, notes, close }, options);
}
