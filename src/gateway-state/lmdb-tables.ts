/**
 * The two LMDB files of a gateway's folder, open for many processes at once. Keys change seldom and are on disk before a change
 * counts. Spend changes with every call: it is seen by all processes at once, outlives any of them that is killed, and goes to disk
 * every few seconds, so that only the machine's own end can lose the last of it.
 */
import { join } from "node:path";
import type { Database, RootDatabase } from "lmdb";
import { isDamagedLmdb, putLmdbAside } from "../store/lmdb-folder.ts";
import { makePrivateFolder } from "../store/make-private-folder.ts";
import type { KeptHold, LedgerTables, LineState } from "./ledger.ts";
import { StateError } from "./state-error.ts";
import type { StoredKey } from "./stored-key.ts";

export interface LmdbKeys {
  readonly keys: Database<StoredKey, string>;
  /** the id of a key by the digest of its secret */
  readonly idOf: Database<string, string>;
}

export interface LmdbTables {
  readonly keys: LmdbKeys;
  readonly spend: LedgerTables;
  /** Runs alone among all processes, and all of it or nothing is done. */
  readonly spending: <Result>(work: () => Result) => Result;
  /** What is read next is what all processes have done by now, not what they had when this turn of the event loop read first. */
  readonly refresh: () => void;
  /** Runs alone, and is on disk when it is done. */
  readonly changingKeys: (work: () => void) => void;
  readonly notes: readonly string[];
  readonly close: () => Promise<void>;
}

const flushEveryMs = 5000;

/** @throws StateError when the folder cannot be opened, or holds damaged keys */
export async function openLmdbTables(folder: string): Promise<LmdbTables> {
  const [keysFolder, spendFolder] = [join(folder, "keys"), join(folder, "spend")];
  try {
    await makePrivateFolder(folder);
    if (await isDamagedLmdb(keysFolder)) throw damagedKeys(keysFolder);
    const aside = (await isDamagedLmdb(spendFolder)) ? await putLmdbAside(spendFolder) : undefined;
    await Promise.all([makePrivateFolder(keysFolder), makePrivateFolder(spendFolder)]);
    const notes =
      aside === undefined ? [] : [`what was spent was damaged: it was put aside as ${aside}; budgets begin anew`];
    return { ...(await opened(keysFolder, spendFolder)), notes };
  } catch (cause) {
    if (cause instanceof StateError) throw cause;
    const said = cause instanceof Error ? cause.message : String(cause);
    const mend = "Name another folder, or mend its rights.";
    throw new StateError({ problem: `the gateway's state cannot be opened (${said})`, where: folder, mend, cause });
  }
}

function damagedKeys(folder: string): StateError {
  const mend = "Put a backup in its place, or move it away and make new keys.";
  return new StateError({ problem: "the keys are damaged: nobody could be let in", where: folder, mend });
}

async function opened(keysFolder: string, spendFolder: string): Promise<Omit<LmdbTables, "notes">> {
  const { open, TransactionFlags } = await import("lmdb");
  const keyRoot: RootDatabase = open({ path: keysFolder, noSubdir: false, overlappingSync: false });
  const spendRoot: RootDatabase = open({ path: spendFolder, noSubdir: false, overlappingSync: false });
  const unflushed = TransactionFlags.ABORTABLE | TransactionFlags.SYNCHRONOUS_COMMIT | TransactionFlags.NO_SYNC_FLUSH;
  const beats = spendRoot.openDB<number, string>({ name: "flushed" });
  let isDirty = false;
  // Any flushed write takes the others along; it is made by another thread.
  const flush = async (): Promise<void> => {
    if (!isDirty) return;
    isDirty = false;
    await beats.put("at", Date.now());
  };
  const timer = setInterval(() => void flush().catch(() => (isDirty = true)), flushEveryMs);
  timer.unref();
  return {
    keys: { keys: keyRoot.openDB({ name: "keys" }), idOf: keyRoot.openDB({ name: "digests" }) },
    spend: ledgerTables(spendRoot),
    spending(work) {
      isDirty = true;
      return spendRoot.transactionSync(work, unflushed);
    },
    refresh() {
      keyRoot.resetReadTxn();
      spendRoot.resetReadTxn();
    },
    changingKeys: (work) => keyRoot.transactionSync(work),
    async close() {
      clearInterval(timer);
      await flush();
      await Promise.all([keyRoot.close(), spendRoot.close()]);
    },
  };
}

/** Holds that are ended at a time; the next call goes on with the rest. */
const lapsedAtOnce = 100;

function ledgerTables(root: RootDatabase): LedgerTables {
  const lines = root.openDB<LineState, string>({ name: "lines" });
  const holds = root.openDB<KeptHold, string>({ name: "holds" });
  const lapses = root.openDB<null, [number, string]>({ name: "lapses" });
  return {
    line: (name) => lines.get(name),
    putLine: (name, state) => lines.putSync(name, state),
    hold: (id) => holds.get(id),
    putHold(hold) {
      holds.putSync(hold.id, hold);
      lapses.putSync([hold.lapsesMs, hold.id], null);
    },
    removeHold({ id, lapsesMs }) {
      holds.removeSync(id);
      lapses.removeSync([lapsesMs, id]);
    },
    lapsed(nowMs) {
      const keys = lapses.getKeys({ end: [nowMs + 1], limit: lapsedAtOnce });
      return Array.from(keys, ([, id]) => holds.get(id)).filter((hold) => hold !== undefined);
    },
  };
}
