/** Fractions: what can be decided here is decided beyond doubt. */
import { OutsideField, type Field } from "./field.ts";
import { limits } from "./limits.ts";
import { MathsLimit } from "./maths-limit.ts";
import {
  add,
  compare,
  divide,
  greatestCommonDivisor,
  integerRoot,
  multiply,
  power,
  rational,
  type Rational,
} from "./rational.ts";

const functions: Readonly<Record<string, (args: readonly Rational[]) => Rational | undefined>> = {
  root: ([of, degree]) => of && degree && root(of, degree),
  abs: ([of]) => of && { n: of.n < 0n ? -of.n : of.n, d: of.d },
  floor: ([of]) => of && rational(floor(of)),
  ceil: ([of]) => of && rational(-floor({ n: -of.n, d: of.d })),
  degree: ([of]) => of,
  factorial: ([of]) => of && factorial(of),
  binomial: ([of, choose]) => of && choose && binomial(of, choose),
  max: (args) => args.reduce((best, next) => (compare(next, best) > 0 ? next : best)),
  min: (args) => args.reduce((best, next) => (compare(next, best) < 0 ? next : best)),
  gcd: (args) => overIntegers(args, greatestCommonDivisor),
  lcm: (args) => overIntegers(args, (a, b) => (a * b) / greatestCommonDivisor(a, b)),
};

export const exactField: Field<Rational> = {
  number: (value) => value,
  constant: (name) => {
    throw new OutsideField(name);
  },
  add,
  negate: (a) => ({ n: -a.n, d: a.d }),
  multiply,
  divide: (a, b) => held(divide(a, b)),
  power(base, exponent) {
    if (exponent.d === 1n) return held(power(base, exponent.n));
    return held(power(held(root(base, rational(exponent.d))), exponent.n));
  },
  call: (name, args) => held(functions[name]?.(args)),
};

/** The exact real root, undefined where there is none among the fractions. */
function root(of: Rational, degree: Rational): Rational | undefined {
  if (degree.d !== 1n || degree.n < 1n || degree.n > 64n) return undefined;
  const k = Number(degree.n);
  if (of.n < 0n) {
    const positive = k % 2 === 1 ? root({ n: -of.n, d: of.d }, degree) : undefined;
    return positive && { n: -positive.n, d: positive.d };
  }
  const n = integerRoot(of.n, k);
  const d = integerRoot(of.d, k);
  return n ** degree.n === of.n && d ** degree.n === of.d ? { n, d } : undefined;
}

function floor({ n, d }: Rational): bigint {
  return n >= 0n || n % d === 0n ? n / d : n / d - 1n;
}

function factorial({ n, d }: Rational): Rational | undefined {
  if (d !== 1n || n < 0n) return undefined;
  if (n > BigInt(limits.factorial)) throw new MathsLimit("a factorial is too large");
  let product = 1n;
  for (let k = 2n; k <= n; k++) product *= k;
  return rational(product);
}

function binomial(of: Rational, choose: Rational): Rational | undefined {
  if (of.d !== 1n || choose.d !== 1n || of.n < 0n) return undefined;
  if (choose.n < 0n || choose.n > of.n) return rational(0n);
  const few = choose.n * 2n > of.n ? of.n - choose.n : choose.n;
  if (few > 500n) throw new MathsLimit("a binomial is too large");
  let product = 1n;
  for (let k = 1n; k <= few; k++) product = (product * (of.n - few + k)) / k;
  return rational(product);
}

function overIntegers(args: readonly Rational[], fold: (a: bigint, b: bigint) => bigint): Rational | undefined {
  if (args.length === 0 || args.some(({ d }) => d !== 1n)) return undefined;
  return rational(args.map(({ n }) => (n < 0n ? -n : n)).reduce(fold));
}

function held(value: Rational | undefined): Rational {
  if (value === undefined) throw new OutsideField("no fraction");
  return value;
}
