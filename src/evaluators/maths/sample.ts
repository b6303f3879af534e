/** The points expressions are compared at: fixed by symbol name and index, so a verdict never depends on the run. */
import { real, type Complex } from "./complex.ts";
import { hashed } from "./hashed.ts";
import { rational, type Rational } from "./rational.ts";

/** Four with every symbol positive, three of mixed sign, one large. */
export const samplePoints: readonly number[] = [0, 1, 2, 3, 4, 5, 6, 7];

export function realAt(symbol: string, point: number): Complex {
  const share = hashed(symbol, point);
  if (point === 7) return real(11 + 23 * share);
  const sign = point >= 4 && hashed(symbol, point, "sign") < 0.5 ? -1 : 1;
  return real(sign * (0.31 + 2.4 * share));
}

/** Whole numbers at the first three (powers stay exact there), then fractions (floors tell from their arguments). */
export function fractionAt(symbol: string, index: number): Rational {
  const whole = 2n + BigInt(Math.floor(hashed(symbol, index, "whole") * 17));
  if (index < 3) return rational(index === 2 ? -whole : whole);
  const part = BigInt(Math.floor(hashed(symbol, index, "part") * 101));
  return rational((index === 5 ? -1n : 1n) * (whole * 101n + part), 101n);
}
