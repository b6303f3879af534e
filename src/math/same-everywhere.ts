/**
 * e^x and log(1 + n) with the same bits in every JavaScript engine: the language leaves the last digits of Math.exp and
 * Math.log1p to the engine, and Node 20 and today's browsers do differ. Only sums, products and quotients are used.
 *
 * After fdlibm, e_exp.c and s_log1p.c: Copyright (C) 1993, 2004 by Sun Microsystems, Inc. All rights reserved. Permission
 * to use, copy, modify, and distribute this software is freely granted, provided that this notice is preserved.
 */
const ln2High = 6.9314718036912381649e-1;
const ln2Low = 1.90821492927058770002e-10;
const float = new Float64Array(1);
const words = new Uint32Array(float.buffer);

/** Bits 32 to 63: sign, exponent and the first 20 bits of the fraction. */
function highWord(x: number): number {
  float[0] = x;
  return words[1]!;
}

function withHighWord(x: number, high: number): number {
  float[0] = x;
  words[1] = high;
  return float[0];
}

/** e^x, within one unit in the last place. */
export function exponential(x: number): number {
  if (Number.isNaN(x)) return NaN;
  if (x > 709.782712893384) return Infinity;
  if (x < -745.1332191019411) return 0;
  const size = highWord(x) & 0x7fff_ffff;
  if (size < 0x3e30_0000) return 1 + x;
  const power = size > 0x3fd6_2e42 ? nearestPower(x, size) : 0;
  const high = x - power * ln2High;
  const low = power * ln2Low;
  const rest = high - low;
  const curve = rest - series(rest * rest, exponentialSeries);
  if (power === 0) return 1 - ((x * curve) / (curve - 2) - x);
  return timesPowerOfTwo(1 - (low - (rest * curve) / (2 - curve) - high), power);
}

/** log(1 + n) for a count: a whole number from 0 to 2^24, within one unit in the last place. */
export function logOfOnePlus(count: number): number {
  if (count === 0) return 0;
  const whole = 1 + count;
  const fraction = highWord(whole) & 0xf_ffff;
  const above = fraction >= 0x6_a09e;
  const power = (highWord(whole) >> 20) - 1023 + (above ? 1 : 0);
  // A number from √½ to √2, of which `whole` is 2^power times as much.
  const f = withHighWord(whole, fraction | (above ? 0x3fe0_0000 : 0x3ff0_0000)) - 1;
  if (f === 0) return power * ln2High + power * ln2Low;
  const halfSquare = 0.5 * f * f;
  const s = f / (2 + f);
  const rest = s * (halfSquare + series(s * s, logSeries));
  return power * ln2High - (halfSquare - (rest + power * ln2Low) - f);
}

const exponentialSeries = [
  1.66666666666666019037e-1, -2.77777777770155933842e-3, 6.61375632143793436117e-5, -1.6533902205465251539e-6,
  4.13813679705723846039e-8,
];
const logSeries = [
  6.66666666666673513e-1, 3.999999999940941908e-1, 2.857142874366239149e-1, 2.222219843214978396e-1,
  1.818357216161805012e-1, 1.531383769920937332e-1, 1.479819860511658591e-1,
];

/** c₀·z + c₁·z² + …, by Horner's rule. */
function series(z: number, coefficients: readonly number[]): number {
  return z * coefficients.reduceRight((sum, coefficient) => coefficient + z * sum);
}

function nearestPower(x: number, size: number): number {
  const half = x < 0 ? -0.5 : 0.5;
  return size < 0x3ff0_a2b2 ? 2 * half : Math.trunc(Math.LOG2E * x + half);
}

function timesPowerOfTwo(y: number, power: number): number {
  if (power === 1024) return y * 2 * 2 ** 1023;
  return power >= -1021 ? y * 2 ** power : y * 2 ** (power + 1000) * 2 ** -1000;
}
