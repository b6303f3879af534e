/** Whether every fraction of two plain integers in the text is in lowest terms. */
import { greatestCommonDivisor } from "./rational.ts";

const fraction =
  /\\frac\s*\{\s*(\d{1,300})\s*\}\s*\{\s*(\d{1,300})\s*\}|(?<![\d.])(\d{1,300})\s*\/\s*(\d{1,300})(?![\d.])/g;

export function isReduced(text: string): boolean {
  return [...text.matchAll(fraction)].every(([, a, b, c, d]) => {
    const [n, m] = [BigInt(a ?? c ?? "1"), BigInt(b ?? d ?? "1")];
    return greatestCommonDivisor(n, m) === 1n && m !== 1n;
  });
}
