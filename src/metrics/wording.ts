/** Numbers in the sentences of verdicts and alarms: points with a sign, intervals, p values, lists of names. */
import type { Interval } from "../math/stats.ts";

/** A fraction as signed points: 0.0347 → "+3.5", −0.002 → "−0.2". */
export function signedPoints(fraction: number): string {
  const rounded = (Math.abs(fraction) * 100).toFixed(1);
  if (rounded === "0.0") return "0.0";
  return `${fraction > 0 ? "+" : "−"}${rounded}`;
}

/** "95 % interval +2.1 to +4.9". */
export function intervalWords([low, high]: Interval): string {
  return `95 % interval ${signedPoints(low)} to ${signedPoints(high)}`;
}

/** "0.042"; "below 0.001". */
export function pWords(p: number): string {
  return p < 0.001 ? "below 0.001" : p.toFixed(3);
}

/** A share as percent, never rounded up to a full 100: 0.9996 → "99.9 %". */
export function percentWords(share: number): string {
  return `${(share < 1 ? Math.floor(share * 1000 + 1e-9) / 10 : 100).toFixed(share < 1 ? 1 : 0)} %`;
}

/** "a", "a and b", "a, b and c". */
export function nameList(names: readonly string[]): string {
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}
