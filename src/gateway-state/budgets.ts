/** Budgets over any ledger: whose caps apply to a call, what is held back for it, and that it is booked once. */
import { randomUUID } from "node:crypto";
import { after } from "./after.ts";
import type { CapMet, Hold, Ledger, Line } from "./ledger.ts";
import { nanoUsd, usdOf } from "./nano-usd.ts";
import { periodEnd } from "./period.ts";
import { periods } from "./state.ts";
import type { Answer, BudgetRefusal, Budgets, GatewayCaps, Period, Reserved, SpendCaps, Spender } from "./state.ts";

export interface BudgetTiming {
  /** holds are renewed so often while this process lives */
  readonly renewEveryMs: number;
  /** a hold that nobody settled for so long is no more renewed */
  readonly longestMs: number;
}

interface OpenHold extends Hold {
  readonly sinceMs: number;
}

/** @param now milliseconds since 1970 */
export function budgetsOver(
  ledger: Ledger,
  caps: GatewayCaps,
  now: () => number,
  timing: BudgetTiming,
): Budgets & { close(): void } {
  const open = new Map<string, OpenHold>();
  let linesFor = linesUnder(caps);
  const renewal = renewing(open, ledger, now, timing);
  const end = (id: string, nanos: (hold: Hold) => number): Answer<void> => {
    const hold = open.get(id);
    if (hold === undefined) return;
    open.delete(id);
    return ledger.settle(hold, nanos(hold));
  };
  return {
    reserve({ key, model }, usd) {
      const lines = linesFor(key, model);
      if (!Number.isFinite(usd)) {
        const capped = lines.findIndex(({ capNanos }) => capNanos !== undefined);
        if (capped !== -1) return unbounded(ledger, lines[capped], now());
      }
      const nanos = Number.isFinite(usd) ? nanoUsd(usd) : 0;
      // Nothing is counted, so nothing has to be held or booked.
      if (lines.length === 0) return { ok: true, reservation: { id: "", usd: usdOf(nanos) } };
      const id = randomUUID();
      const hold = { id, nanos, lines, sinceMs: now() };
      return after(ledger.reserve(id, lines, nanos), (met): Reserved => {
        if (met === "away") return { ok: false, refusal: unavailable };
        if (met !== undefined) return { ok: false, refusal: refusalOf(lines[met.index], met, now()) };
        open.set(id, hold);
        return { ok: true, reservation: { id, usd: usdOf(nanos) } };
      });
    },
    // What cannot be an amount is not known.
    settle: ({ id }, usd) => end(id, ({ nanos }) => (usd >= 0 && usd < Infinity ? nanoUsd(usd) : nanos)),
    release: ({ id }) => end(id, () => 0),
    spent({ id }) {
      const lines = periods.map((period) => ({ account: `key:${id}`, period }));
      return after(ledger.spent(lines), ([day = NaN, month = NaN, total = NaN]) => ({
        day: usdOf(day),
        month: usdOf(month),
        total: usdOf(total),
      }));
    },
    change(next) {
      linesFor = linesUnder(next.caps);
      renewal.lastAtLeast(next.longestCallMs);
    },
    close: () => renewal.stop(),
  };
}

const unavailable: BudgetRefusal = {
  reason: "unavailable",
  period: "total",
  capUsd: NaN,
  spentUsd: NaN,
  reservedUsd: NaN,
  resetsAt: undefined,
};

/** A call whose most is not known fits under no cap. */
function unbounded(ledger: Ledger, line: Line | undefined, nowMs: number): Answer<Reserved> {
  const spent = line === undefined ? [] : ledger.spent([line]);
  return after(spent, ([nanos = NaN]): Reserved => {
    const met = { index: 0, spent: nanos, reserved: NaN };
    return { ok: false, refusal: refusalOf(line, met, nowMs) };
  });
}

/** A key's own spend is always counted, so that it can be told; that of models and of all only where there is a cap. */
function linesUnder(caps: GatewayCaps): (key: Spender | undefined, model: string) => readonly Line[] {
  const ofAll = capped("gateway", caps.gateway);
  const models = Object.entries(caps.models ?? {});
  const ofModel = new Map(models.map(([name, own]) => [name, [...capped(`model:${name}`, own), ...ofAll]]));
  return (key, model) => {
    const shared = ofModel.get(model) ?? ofAll;
    if (key === undefined) return shared;
    const { id, caps: own } = key;
    return [...periods.map((period) => line(`key:${id}`, period, own[period] ?? caps.eachKey?.[period])), ...shared];
  };
}

function capped(account: string, caps: SpendCaps = {}): Line[] {
  return periods.map((period) => line(account, period, caps[period])).filter(({ capNanos }) => capNanos !== undefined);
}

function line(account: string, period: Period, capUsd: number | undefined): Line {
  return { account, period, capNanos: capUsd === undefined || capUsd === Infinity ? undefined : nanoUsd(capUsd) };
}

function refusalOf(met: Line | undefined, { spent, reserved }: Omit<CapMet, "index">, nowMs: number): BudgetRefusal {
  const { account = "gateway", period = "total", capNanos = NaN } = met ?? {};
  return {
    reason: account.startsWith("key:") ? "key" : account.startsWith("model:") ? "model" : "gateway",
    period,
    capUsd: usdOf(capNanos),
    spentUsd: usdOf(spent),
    reservedUsd: usdOf(reserved),
    resetsAt: periodEnd(period, nowMs),
  };
}

/** Holds that lapsed can be settled late, for so many times the longest time. */
const forgottenAfter = 24;

interface Renewal {
  /** Holds are renewed so long at least: calls may last longer from now on. */
  lastAtLeast(ms: number): void;
  stop(): void;
}

/** Renews open holds now and then, but not those that nobody seems to settle. */
function renewing(open: Map<string, OpenHold>, ledger: Ledger, now: () => number, timing: BudgetTiming): Renewal {
  let { longestMs } = timing;
  const renew = async (): Promise<void> => {
    const ids: string[] = [];
    for (const [id, { sinceMs }] of open) {
      if (now() - sinceMs <= longestMs) ids.push(id);
      else if (now() - sinceMs > forgottenAfter * longestMs) open.delete(id);
    }
    if (ids.length > 0) await ledger.renew(ids);
  };
  // A ledger that cannot be reached is asked again the next time; a hold that lapsed meanwhile is still settled.
  const timer = setInterval(() => void renew().catch(() => undefined), timing.renewEveryMs);
  timer.unref();
  return {
    lastAtLeast(ms) {
      longestMs = Math.max(longestMs, ms);
    },
    stop: () => clearInterval(timer),
  };
}
