/**
 * Real arithmetic to 256 bits after the point, over BigInt. Doubles cannot tell √(10²⁰+1) from 10¹⁰, nor e^(π√163) from
 * an integer; some 60 right digits can. Values are the real number times 2^256. Series by their textbook forms
 * (Brent & Zimmermann, "Modern Computer Arithmetic", ch. 4), after an argument reduction that makes them short.
 */
import { bitLength, integerRoot } from "./rational.ts";

export const bits = 256n;
export const one = 1n << bits;

export const times = (a: bigint, b: bigint): bigint => (a * b) >> bits;
export const over = (a: bigint, b: bigint): bigint => (a << bits) / b;

/** The real k-th root of a value that is not negative. */
export function rootOf(value: bigint, k: number): bigint {
  return integerRoot(value << (bits * BigInt(k - 1)), k);
}

/** π by Machin's formula: 16·atan(1/5) − 4·atan(1/239). */
export const pi = 16n * atanOfInverse(5n) - 4n * atanOfInverse(239n);
const ln2 = 2n * atanhSeries(one / 3n);

/** ln of a positive value: 2·atanh((m−1)/(m+1)) for the mantissa m in [1, 2], and the binary exponent's share. */
export function ln(value: bigint): bigint {
  const shift = BigInt(value.toString(2).length - 1) - bits;
  const mantissa = shift >= 0n ? value >> shift : value << -shift;
  return 2n * atanhSeries(over(mantissa - one, mantissa + one)) + shift * ln2;
}

/** e to the value; undefined past e^±1400, where no answer lives. */
export function exp(value: bigint): bigint | undefined {
  if (bitLength(value / one) > 12 || value > 1400n * one || value < -1400n * one) return undefined;
  const shift = value / ln2;
  const rest = (value - shift * ln2) >> 8n;
  let sum = one;
  let term = one;
  for (let k = 1n; term !== 0n && k < 80n; k++) {
    term = times(term, rest) / k;
    sum += term;
  }
  for (let k = 0; k < 8; k++) sum = times(sum, sum);
  return shift >= 0n ? sum << shift : sum >> -shift;
}

export function sin(value: bigint): bigint {
  const turn = 2n * pi;
  let angle = value % turn;
  if (angle > pi) angle -= turn;
  if (angle < -pi) angle += turn;
  const square = times(angle, angle);
  let sum = angle;
  let term = angle;
  for (let k = 2n; term !== 0n && k < 200n; k += 2n) {
    term = -times(term, square) / (k * (k + 1n));
    sum += term;
  }
  return sum;
}

export const cos = (value: bigint): bigint => sin(value + pi / 2n);

/** atan, its argument made small by atan x = 2·atan(x / (1 + √(1 + x²))), four times. */
export function atan(value: bigint): bigint {
  let small = value;
  for (let k = 0; k < 4; k++) small = over(small, one + rootOf(one + times(small, small), 2));
  const square = times(small, small);
  let sum = small;
  let power = small;
  for (let k = 3n; power !== 0n && k < 400n; k += 2n) {
    power = -times(power, square);
    sum += power / k;
  }
  return 16n * sum;
}

function atanhSeries(value: bigint): bigint {
  const square = times(value, value);
  let sum = value;
  let power = value;
  for (let k = 3n; power !== 0n && power !== -1n && k < 600n; k += 2n) {
    power = times(power, square);
    sum += power / k;
  }
  return sum;
}

function atanOfInverse(inverse: bigint): bigint {
  let power = one / inverse;
  let sum = power;
  for (let k = 3n; power !== 0n; k += 2n) {
    power = power / (inverse * inverse);
    sum += (k % 4n === 3n ? -1n : 1n) * (power / k);
  }
  return sum;
}
