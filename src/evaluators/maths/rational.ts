/** Exact fractions over BigInt, always in lowest terms with a positive denominator. */
import { limits } from "./limits.ts";
import { MathsLimit } from "./maths-limit.ts";

export interface Rational {
  readonly n: bigint;
  readonly d: bigint;
}

/** The fraction n/d in lowest terms. `d` must not be 0. */
export function rational(n: bigint, d = 1n): Rational {
  const sign = d < 0n ? -1n : 1n;
  const divisor = d === 1n ? 1n : greatestCommonDivisor(n, d);
  return { n: (sign * n) / divisor, d: (sign * d) / divisor };
}

/** Reads "12", "0.5", "1.2e5", "0.1(6)" (the bracket repeats). The text must be of that form. */
export function rationalFromText(text: string): Rational {
  const [mantissa = "", exponent = "0"] = text.toLowerCase().split("e");
  const [whole = "", decimals = ""] = mantissa.split(".");
  const [fixed = "", repeating = ""] = decimals.replace(")", "").split("(");
  if (whole.length + decimals.length > limits.literalDigits) throw new MathsLimit("a literal is too long");
  const power = Number(exponent);
  if (Math.abs(power) > limits.exponent) throw new MathsLimit("a literal has too large an exponent");
  const scale = 10n ** BigInt(fixed.length);
  let value = rational(BigInt(`${whole || "0"}${fixed}`), scale);
  if (repeating) {
    const nines = 10n ** BigInt(repeating.length) - 1n;
    value = add(value, rational(BigInt(repeating), nines * scale));
  }
  const shift = 10n ** BigInt(Math.abs(power));
  return power < 0 ? rational(value.n, value.d * shift) : rational(value.n * shift, value.d);
}

export function add(a: Rational, b: Rational): Rational {
  return guarded(a.n * b.d + b.n * a.d, a.d * b.d);
}

export function multiply(a: Rational, b: Rational): Rational {
  return guarded(a.n * b.n, a.d * b.d);
}

/** a/b, undefined for b = 0. */
export function divide(a: Rational, b: Rational): Rational | undefined {
  return b.n === 0n ? undefined : guarded(a.n * b.d, a.d * b.n);
}

/** a to a whole power, undefined for 0 to a negative one. */
export function power(a: Rational, exponent: bigint): Rational | undefined {
  const size = exponent < 0n ? -exponent : exponent;
  if (a.d === 1n && (a.n === 1n || a.n === 0n || a.n === -1n)) return powerOfUnit(a.n, exponent);
  if (size > BigInt(limits.exponent)) throw new MathsLimit("an exponent is too large");
  if (size * BigInt(Math.max(bitLength(a.n), bitLength(a.d))) > BigInt(limits.bits)) {
    throw new MathsLimit("a power is too large");
  }
  const n = a.n ** size;
  const d = a.d ** size;
  if (exponent >= 0n) return { n, d };
  if (n === 0n) return undefined;
  return n < 0n ? { n: -d, d: -n } : { n: d, d: n };
}

export function equals(a: Rational, b: Rational): boolean {
  return a.n === b.n && a.d === b.d;
}

/** Below 0, 0 or above 0, as a − b. */
export function compare(a: Rational, b: Rational): number {
  const difference = a.n * b.d - b.n * a.d;
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** The nearest double; right for parts beyond a double's range too. */
export function toNumber(a: Rational): number {
  const shift = BigInt(Math.max(0, Math.max(bitLength(a.n), bitLength(a.d)) - 1000));
  if (shift === 0n) return Number(a.n) / Number(a.d);
  const spread = bitLength(a.n) - bitLength(a.d);
  if (Math.abs(spread) > 1020) {
    if (spread < 0) return 0;
    return a.n > 0n ? Infinity : -Infinity;
  }
  return Number(a.n >> shift) / Number(a.d >> shift);
}

export function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  let [x, y] = [a < 0n ? -a : a, b < 0n ? -b : b];
  while (y) [x, y] = [y, x % y];
  return x || 1n;
}

/** The largest r with r^k ≤ n, for n ≥ 0 and k ≥ 1, by Newton's iteration from above. */
export function integerRoot(n: bigint, k: number): bigint {
  if (n < 2n || k === 1) return n;
  const degree = BigInt(k);
  let root = 1n << BigInt(Math.ceil(bitLength(n) / k));
  for (;;) {
    const next = ((degree - 1n) * root + n / root ** (degree - 1n)) / degree;
    if (next >= root) return root;
    root = next;
  }
}

export function bitLength(n: bigint): number {
  const hex = (n < 0n ? -n : n).toString(16);
  return hex.length * 4;
}

function powerOfUnit(n: bigint, exponent: bigint): Rational | undefined {
  if (n === 0n) return exponent > 0n ? rational(0n) : exponent === 0n ? rational(1n) : undefined;
  return rational(n === -1n && exponent % 2n !== 0n ? -1n : 1n);
}

const ceiling = 1n << BigInt(limits.bits);

function guarded(n: bigint, d: bigint): Rational {
  const value = rational(n, d);
  if (value.n > ceiling || value.n < -ceiling || value.d > ceiling) throw new MathsLimit("a value is too large");
  return value;
}
