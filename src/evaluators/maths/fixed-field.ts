/** The real numbers to some 60 digits. What is complex, infinite or opaque lies outside. */
import { OutsideField, type Field } from "./field.ts";
import { atan, bits, cos, exp, ln, one, over, pi, rootOf, sin, times } from "./fixed-point.ts";
import { limits } from "./limits.ts";
import type { Rational } from "./rational.ts";

const ceiling = 1n << 6000n;

/** Below this a divisor is rounding error of a zero. */
const tiny = one >> 200n;

const functions: Readonly<Record<string, (args: readonly bigint[]) => bigint | undefined>> = {
  root: ([of = 0n, degree = 0n]) => realRoot(of, degree),
  abs: ([of = 0n]) => (of < 0n ? -of : of),
  floor: ([of = 0n]) => ((of + tiny) >> bits) << bits,
  ceil: ([of = 0n]) => -((-of + tiny) >> bits) << bits,
  degree: ([of]) => of,
  radians: ([of = 0n]) => times(of, pi) / 180n,
  sin: ([of = 0n]) => sin(of),
  cos: ([of = 0n]) => cos(of),
  tan: ([of = 0n]) => quotient(sin(of), cos(of)),
  cot: ([of = 0n]) => quotient(cos(of), sin(of)),
  sec: ([of = 0n]) => quotient(one, cos(of)),
  csc: ([of = 0n]) => quotient(one, sin(of)),
  arctan: ([of = 0n]) => atan(of),
  arcsin: ([of = 0n]) => arcsine(of),
  arccos: ([of = 0n]) => {
    const angle = arcsine(of);
    return angle === undefined ? undefined : pi / 2n - angle;
  },
  exp: ([of = 0n]) => exp(of),
  ln: ([of = 0n]) => (of > 0n ? ln(of) : undefined),
  log: ([base = 0n, of = 0n]) => (of > 0n && base > 0n ? quotient(ln(of), ln(base)) : undefined),
  max: (args) => args.reduce((a, b) => (b > a ? b : a)),
  min: (args) => args.reduce((a, b) => (b < a ? b : a)),
};

export const fixedField: Field<bigint> = {
  number: (value) => (value.n << bits) / value.d,
  constant(name) {
    if (name === "pi") return pi;
    return held(name === "e" ? exp(one) : undefined);
  },
  add: (a, b) => a + b,
  negate: (a) => -a,
  multiply: (a, b) => held(times(a, b)),
  divide: (a, b) => held(quotient(a, b)),
  power: (base, exponent, exact) => held(exact ? fractionPower(base, exact) : realPower(base, exponent)),
  call: (name, args) => held(functions[name]?.(args)),
};

function quotient(a: bigint, b: bigint): bigint | undefined {
  return b < tiny && b > -tiny ? undefined : over(a, b);
}

function realRoot(of: bigint, degree: bigint): bigint | undefined {
  const k = Number(degree >> bits);
  if (BigInt(k) << bits !== degree || k < 1 || k > 64) return undefined;
  if (of < 0n) {
    const positive = k % 2 === 1 ? realRoot(-of, degree) : undefined;
    return positive === undefined ? undefined : -positive;
  }
  if (k > 8) return of === 0n ? of : exp(ln(of) / BigInt(k));
  return rootOf(of, k);
}

function arcsine(of: bigint): bigint | undefined {
  if (of > one || of < -one) return undefined;
  const leg = rootOf(one - times(of, of), 2);
  if (leg < tiny) return of > 0n ? pi / 2n : -pi / 2n;
  return atan(over(of, leg));
}

function fractionPower(base: bigint, { n, d }: Rational): bigint | undefined {
  const size = n < 0n ? -n : n;
  if (size > BigInt(limits.exponent)) return undefined;
  const rooted = d === 1n ? base : realRoot(base, d << bits);
  if (rooted === undefined) return undefined;
  let result = one;
  let square = rooted;
  for (let rest = size; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = held(times(result, square));
    square = held(times(square, square));
  }
  return n < 0n ? quotient(one, result) : result;
}

function realPower(base: bigint, exponent: bigint): bigint | undefined {
  return base > 0n ? exp(times(exponent, ln(base))) : undefined;
}

function held(value: bigint | undefined): bigint {
  if (value === undefined || value > ceiling || value < -ceiling) throw new OutsideField("no real number of this size");
  return value;
}
