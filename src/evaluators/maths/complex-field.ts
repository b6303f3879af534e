/** Complex doubles: where nothing else reaches. A value that is undefined is NaN, and no point of comparison. */
import {
  cosine,
  exponential,
  logarithm,
  minus,
  modulus,
  plus,
  product,
  ratio,
  real,
  scaled,
  sine,
  squareRoot,
  wholePower,
  type Complex,
} from "./complex.ts";
import type { Field } from "./field.ts";
import { hashed } from "./hashed.ts";
import { toNumber, type Rational } from "./rational.ts";

const i: Complex = { re: 0, im: 1 };
const undefinedValue = real(NaN);
const constants = { pi: real(Math.PI), e: real(Math.E), i, infinity: real(Infinity) };

/** Of one argument each. The inverse ones by their logarithmic forms, principal values. */
const functions: Readonly<Record<string, (z: Complex) => Complex>> = {
  abs: (z) => real(modulus(z)),
  floor: (z) => onReal(z, Math.floor),
  ceil: (z) => onReal(z, Math.ceil),
  degree: (z) => z,
  radians: (z) => scaled(z, Math.PI / 180),
  exp: exponential,
  ln: logarithm,
  sin: sine,
  cos: cosine,
  tan: (z) => ratio(sine(z), nonZero(cosine(z))),
  cot: (z) => ratio(cosine(z), nonZero(sine(z))),
  sec: (z) => ratio(real(1), nonZero(cosine(z))),
  csc: (z) => ratio(real(1), nonZero(sine(z))),
  sinh: (z) => scaled(plus(exponential(z), minus(exponential(minus(z)))), 0.5),
  cosh: (z) => scaled(plus(exponential(z), exponential(minus(z))), 0.5),
  tanh: (z) => {
    const up = exponential(scaled(z, 2));
    return ratio(plus(up, real(-1)), plus(up, real(1)));
  },
  arcsin: (z) => {
    if (z.im === 0 && Math.abs(z.re) <= 1) return real(Math.asin(z.re));
    return product(minus(i), logarithm(plus(product(i, z), squareRoot(plus(real(1), minus(product(z, z)))))));
  },
  arccos: (z) => plus(real(Math.PI / 2), minus(functions.arcsin?.(z) ?? undefinedValue)),
  arctan: (z) => {
    if (z.im === 0) return real(Math.atan(z.re));
    return product(
      { re: 0, im: -0.5 },
      logarithm(ratio(plus(real(1), product(i, z)), plus(real(1), minus(product(i, z))))),
    );
  },
  factorial: (z) => onReal(z, gamma),
};

export const complexField: Field<Complex> = {
  number: (value) => real(toNumber(value)),
  constant: (name) => constants[name],
  add: plus,
  negate: minus,
  multiply: product,
  divide: ratio,
  power,
  call,
};

function call(name: string, args: readonly Complex[]): Complex {
  const [first = undefinedValue, second = undefinedValue] = args;
  if (name === "root") return power(first, ratio(real(1), second), { n: 1n, d: BigInt(Math.round(second.re) || 1) });
  if (name === "log") return ratio(logarithm(second), nonZero(logarithm(first)));
  if (name === "binomial") return binomial(first, second);
  if (name === "max" || name === "min") return real(Math[name](...args.map(({ re, im }) => (im === 0 ? re : NaN))));
  if (name.startsWith("opaque ")) return opaque(name, args);
  return functions[name]?.(first) ?? undefinedValue;
}

function power(base: Complex, exponent: Complex, exact: Rational | undefined): Complex {
  if (exact?.d === 1n) return wholePower(base, toNumber(exact));
  if (exact?.d === 2n && exact.n === 1n) return squareRoot(base);
  const onReals = base.im === 0 && exponent.im === 0 ? realPower(base.re, exponent.re, exact) : undefined;
  return onReals ?? exponential(product(exponent, logarithm(base)));
}

/** An odd root of a negative real is real, by the convention of school and of \sqrt[3]{}. */
function realPower(base: number, exponent: number, exact: Rational | undefined): Complex | undefined {
  if (base > 0) return real(base ** exponent);
  if (base === 0) return real(exponent > 0 ? 0 : NaN);
  if (exact && exact.d % 2n === 1n) return real((exact.n % 2n === 0n ? 1 : -1) * (-base) ** exponent);
  return Number.isInteger(exponent) ? wholePower(real(base), exponent) : undefined;
}

/** f(x) of an f nobody defined: a fixed cubic of its name, so that only equal arguments give equal values. */
function opaque(name: string, args: readonly Complex[]): Complex {
  return args
    .map((z, index) => {
      const [a, b, c] = [0, 1, 2].map((k) => 0.5 + hashed(name, index, k));
      return plus(product(product(z, z), plus(scaled(z, a ?? 1), real(b ?? 1))), scaled(z, c ?? 1));
    })
    .reduce((sum, next, index) => plus(sum, scaled(next, index + 1)), real(hashed(name)));
}

function binomial(n: Complex, k: Complex): Complex {
  if (n.im !== 0 || k.im !== 0) return undefinedValue;
  return real(gamma(n.re) / (gamma(k.re) * gamma(n.re - k.re)));
}

function onReal(z: Complex, of: (x: number) => number): Complex {
  return z.im === 0 ? real(of(z.re)) : undefinedValue;
}

/** A divisor that is a rounding error of 0 is 0: tan(π/2) has no value. */
function nonZero(z: Complex): Complex {
  return modulus(z) < 1e-14 ? real(NaN) : z;
}

const lanczos = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
];

/** x! = Γ(x + 1) by Lanczos' approximation (g = 7, 9 terms), some 14 right digits. */
function gamma(x: number): number {
  if (x < -0.5) return Math.PI / (Math.sin(Math.PI * (x + 1)) * gamma(-x - 1));
  const t = x + 7.5;
  const sum = lanczos.reduce((total, coefficient, k) => total + (k === 0 ? coefficient : coefficient / (x + k)), 0);
  return Math.sqrt(2 * Math.PI) * t ** (x + 0.5) * Math.exp(-t) * sum;
}
