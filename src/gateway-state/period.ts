/** Where periods begin and end: days and months of UTC, whatever the machine's own time. */
import type { Period } from "./state.ts";

/** Milliseconds at which the period that holds `nowMs` began; 0 for "total". */
export function periodStart(period: Period, nowMs: number): number {
  const now = new Date(nowMs);
  if (period === "day") return Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate());
  if (period === "month") return Date.UTC(now.getUTCFullYear(), now.getUTCMonth());
  return 0;
}

/** When the next one begins, ISO 8601; undefined for "total". */
export function periodEnd(period: Period, nowMs: number): string | undefined {
  const now = new Date(nowMs);
  const [year, month, day] = [now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate()];
  if (period === "day") return new Date(Date.UTC(year, month, day + 1)).toISOString();
  if (period === "month") return new Date(Date.UTC(year, month + 1)).toISOString();
  return undefined;
}
