/**
 * The book of a budget: lines, each an account in a period, with what was spent and what is held back for calls under way. All
 * amounts are whole billionths of a USD (nano-usd.ts).
 *
 * The rules are here, over tables that memory or LMDB keeps; Redis has the same in a script, held to these by a test. Each function
 * must run alone: in a transaction, or on one thread.
 */
import { periodStart } from "./period.ts";
import type { Answer, Period } from "./state.ts";

export interface Line {
  /** "key:ID", "model:NAME", "gateway" */
  readonly account: string;
  readonly period: Period;
  /** undefined = counted only */
  readonly capNanos: number | undefined;
}

export interface LineState {
  /** the beginning of the period that `spent` is of */
  readonly startMs: number;
  readonly spent: number;
  readonly reserved: number;
}

/** Money held back, as every process can see it. */
export interface Hold {
  readonly id: string;
  readonly nanos: number;
  readonly lines: readonly Pick<Line, "account" | "period">[];
}

/** The first line whose cap is met, by its place in the list. */
export interface CapMet {
  readonly index: number;
  readonly spent: number;
  readonly reserved: number;
}

export interface Ledger {
  /** Holds it back on all lines, or on none. "away" = the ledger cannot be reached, and nothing is held. */
  reserve(id: string, lines: readonly Line[], nanos: number): Answer<CapMet | "away" | undefined>;
  /** Ends the hold, if it has not lapsed, and books what was spent. */
  settle(hold: Hold, nanos: number): Answer<void>;
  /** Keeps holds from lapsing. */
  renew(ids: readonly string[]): Answer<void>;
  /** NaN while it cannot be reached. */
  spent(lines: readonly Pick<Line, "account" | "period">[]): Answer<readonly number[]>;
}

/** What a ledger stands in. A hold is found by its id, and by when it lapses. */
export interface LedgerTables {
  line(name: string): LineState | undefined;
  putLine(name: string, state: LineState): void;
  hold(id: string): KeptHold | undefined;
  putHold(hold: KeptHold): void;
  removeHold(hold: KeptHold): void;
  /** holds that lapsed before or at `nowMs`, the earliest first; it may leave some for later */
  lapsed(nowMs: number): readonly KeptHold[];
}

export interface KeptHold extends Hold {
  readonly lapsesMs: number;
}

export interface LedgerTime {
  readonly nowMs: number;
  /** how long a hold lasts without being renewed */
  readonly holdMs: number;
}

export function reserveIn(
  tables: LedgerTables,
  id: string,
  lines: readonly Line[],
  nanos: number,
  { nowMs, holdMs }: LedgerTime,
): CapMet | undefined {
  for (const hold of tables.lapsed(nowMs)) endHold(tables, hold, nowMs);
  const states = lines.map((line) => stateIn(tables, line, nowMs));
  for (const [index, { spent, reserved }] of states.entries()) {
    const cap = lines[index]?.capNanos;
    if (cap !== undefined && spent + reserved + nanos > cap) return { index, spent, reserved };
  }
  for (const [index, line] of lines.entries()) {
    const state = states[index];
    if (state) tables.putLine(lineName(line), { ...state, reserved: state.reserved + nanos });
  }
  tables.putHold({ id, nanos, lines, lapsesMs: nowMs + holdMs });
  return undefined;
}

export function settleIn(tables: LedgerTables, hold: Hold, nanos: number, nowMs: number): void {
  const kept = tables.hold(hold.id);
  if (kept) endHold(tables, kept, nowMs);
  if (nanos === 0) return;
  for (const line of hold.lines) {
    const state = stateIn(tables, line, nowMs);
    tables.putLine(lineName(line), { ...state, spent: state.spent + nanos });
  }
}

export function renewIn(tables: LedgerTables, ids: readonly string[], { nowMs, holdMs }: LedgerTime): void {
  for (const id of ids) {
    const kept = tables.hold(id);
    if (!kept) continue;
    tables.removeHold(kept);
    tables.putHold({ ...kept, lapsesMs: nowMs + holdMs });
  }
}

/** A line as it stands now: a new period begins with nothing spent, but what is held back stays so. */
export function stateIn(
  tables: Pick<LedgerTables, "line">,
  line: Pick<Line, "account" | "period">,
  nowMs: number,
): LineState {
  const startMs = periodStart(line.period, nowMs);
  const kept = tables.line(lineName(line));
  if (kept === undefined) return { startMs, spent: 0, reserved: 0 };
  return kept.startMs < startMs ? { ...kept, startMs, spent: 0 } : kept;
}

export function lineName({ account, period }: Pick<Line, "account" | "period">): string {
  return `${account}|${period}`;
}

function endHold(tables: LedgerTables, hold: KeptHold, nowMs: number): void {
  tables.removeHold(hold);
  for (const line of hold.lines) {
    const state = stateIn(tables, line, nowMs);
    tables.putLine(lineName(line), { ...state, reserved: Math.max(0, state.reserved - hold.nanos) });
  }
}
