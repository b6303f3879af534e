/**
 * Numbers as text: one place for digits, signs, and the dash that stands for "undefined or unknown".
 * All functions take the report's own units (fractions, USD, microseconds) and null.
 */

import { groupedCount } from "../core/plural.ts";
import { visible } from "./html-text.ts";

/** What is printed for null. */
export const dash = "—";

/** A fraction as percent without the sign: 0.6534 → "65.3". */
export function percent(value: number | null, digits = 1): string {
  return value === null ? dash : withMinus((value * 100).toFixed(digits));
}

/** A difference of fractions in points, always signed: 0.036 → "+3.6", 0 → "0.0". */
export function signedPoints(value: number | null, digits = 1): string {
  if (value === null) return dash;
  const text = (value * 100).toFixed(digits);
  return Number(text) > 0 ? `+${text}` : withMinus(text);
}

/** An interval by the given number printer: "[64.0, 66.6]"; empty when there is none. */
export function intervalText(
  interval: readonly [number, number] | null,
  print: (value: number, digits: number) => string,
  digits: number,
): string {
  return interval === null ? "" : `[${print(interval[0], digits)}, ${print(interval[1], digits)}]`;
}

/** A p value: three decimals below 0.1, two above; never "0". */
export function pValue(value: number | null): string {
  if (value === null) return dash;
  if (value < 0.001) return "<0.001";
  return value.toFixed(value < 0.0995 ? 3 : 2);
}

/** US dollars without the sign, three significant digits, at least two decimals below 100. */
export function usd(value: number | null): string {
  if (value === null) return dash;
  const size = Math.abs(value);
  if (size === 0) return "0";
  if (size < 0.000001) return value.toExponential(0).replace("-", "−");
  const decimals = size >= 100 ? 0 : Math.max(2, 2 - Math.floor(Math.log10(size)));
  return withMinus(grouped(value, decimals));
}

/** A count with thousands separated: 12034 → "12,034". */
export function count(value: number | null): string {
  return value === null ? dash : groupedCount(value);
}

/** A duration in its own unit: two significant digits below ten, whole numbers above. */
export function duration(value: number | null): string {
  if (value === null) return dash;
  if (value >= 9.95) return grouped(value, 0);
  if (value >= 0.95) return value.toFixed(1);
  return value === 0 ? "0" : value.toPrecision(1);
}

/** A plain number with fixed decimals, a true minus, and the dash for null. */
export function decimal(value: number | null, digits: number): string {
  return value === null ? dash : withMinus(value.toFixed(digits));
}

/**
 * Decimals for accuracies in percent: one, and none when even the narrowest interval spans 20 points,
 * because a digit far below the uncertainty pretends to knowledge.
 */
export function accuracyDigits(intervals: readonly (readonly [number, number] | null)[]): number {
  const widths = intervals.flatMap((interval) => (interval === null ? [] : [interval[1] - interval[0]]));
  const narrowest = Math.min(...widths.filter((width) => width > 0));
  return Number.isFinite(narrowest) && narrowest >= 0.2 ? 0 : 1;
}

/** Text from the data made safe for one line of a terminal: no control character, no line break, no direction switch. */
export function oneLine(text: string): string {
  return visible(text.replaceAll(/\s+/g, " "));
}

/** At most `width` characters, the cut marked. */
export function clip(text: string, width: number): string {
  const characters = Array.from(text);
  return characters.length <= width ? text : `${characters.slice(0, Math.max(1, width - 1)).join("")}…`;
}

function grouped(value: number, decimals: number): string {
  return value.toLocaleString("en-US", { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
}

/** A true minus sign, and no "−0.0". */
function withMinus(text: string): string {
  return Number(text.replaceAll(",", "")) === 0 ? text.replace("-", "") : text.replace("-", "−");
}
