/**
 * Whether two expressions are equal wherever both are defined. Three number systems, the surest first:
 *   1. fractions, at fractions for the symbols: exact, and decides alone where every point can be held;
 *   2. reals to 60 digits: tells apart what doubles cannot, and decides alone where no symbol occurs;
 *   3. complex doubles at eight points, positive, of mixed sign and large: within 1e-9.
 * A difference found in any one is a difference. The points come from the symbols' names, the same on each run.
 */
import { modulus, plus, minus, product, type Complex } from "./complex.ts";
import { complexField } from "./complex-field.ts";
import { evaluate } from "./evaluate.ts";
import { exactField } from "./exact-field.ts";
import { some, symbolsOf, type Expression } from "./expression.ts";
import { OutsideField, type Field } from "./field.ts";
import { one } from "./fixed-point.ts";
import { fixedField } from "./fixed-field.ts";
import { limits } from "./limits.ts";
import { MathsLimit } from "./maths-limit.ts";
import { equals, rational } from "./rational.ts";
import { fractionAt, realAt, samplePoints } from "./sample.ts";

type Verdict = "same" | "differ" | "unknown";

export function sameExpression(left: Expression, right: Expression): boolean {
  const symbols = symbolsOf(left, right);
  if (symbols.length > limits.symbols) throw new MathsLimit("too many symbols");
  const constant = symbols.length === 0;
  const exact = sameFractions(left, right, constant);
  if (exact !== "unknown") return exact === "same";
  const fixed = sameReals(left, right, constant);
  if (fixed === "differ" || (fixed === "same" && constant)) return fixed === "same";
  return sameComplex(left, right, constant);
}

/**
 * Whether left = factor·right for one factor at all points, positive where `positive`: 2x + 2y − 8 and x + y − 4.
 * Two expressions that are 0 everywhere are proportional to nothing; that case is the caller's.
 */
export function proportional(left: Expression, right: Expression, positive: boolean): boolean {
  const [a, b] = [left, right].map((tree) => evaluate(tree, complexField, (name) => realAt(name, 0)));
  if (!a || !b || !(modulus(a) > 1e-9) || !(modulus(b) > 1e-9)) return false;
  if (positive && a.re * b.re <= 0) return false;
  // left·right(p) = right·left(p) for all x says the same as left/right constant, and stays exact where both are.
  const [fromLeft, fromRight] = [left, right].map((tree) => at(tree, 3));
  if (!fromLeft || !fromRight) return false;
  return sameExpression({ op: "multiply", left, right: fromRight }, { op: "multiply", left: right, right: fromLeft });
}

/** The tree with the point's fractions in place of its symbols. */
function at(tree: Expression, index: number): Expression {
  switch (tree.op) {
    case "symbol":
      return { op: "number", value: fractionAt(tree.name, index) };
    case "negate":
      return { op: "negate", of: at(tree.of, index) };
    case "call":
      return { ...tree, args: tree.args.map((of) => at(of, index)) };
    case "number":
    case "constant":
      return tree;
    default:
      return { ...tree, left: at(tree.left, index), right: at(tree.right, index) };
  }
}

function sameFractions(left: Expression, right: Expression, constant: boolean): Verdict {
  let outside = 0;
  let compared = 0;
  for (let index = 0; index < (constant ? 1 : 4); index++) {
    const point = (name: string) => fractionAt(name, index);
    const a = valueIn(exactField, left, point, constant);
    const b = valueIn(exactField, right, point, constant);
    if (a === undefined || b === undefined) outside++;
    else if (equals(a, b)) compared++;
    else return "differ";
  }
  return outside === 0 && compared > 0 ? "same" : "unknown";
}

/** 56 bits are left to rounding. Values so small that these are all they have are left to the doubles. */
function sameReals(left: Expression, right: Expression, constant: boolean): Verdict {
  let verdict: Verdict = "unknown";
  for (let index = 0; index < (constant ? 1 : 2); index++) {
    const point = (name: string) => fixedField.number(absolute(fractionAt(name, index + 3)));
    const a = valueIn(fixedField, left, point, constant);
    const b = valueIn(fixedField, right, point, constant);
    if (a === undefined || b === undefined) continue;
    const size = larger(a < 0n ? -a : a, b < 0n ? -b : b);
    const difference = a > b ? a - b : b - a;
    if (difference > larger(size, one) >> 200n) return "differ";
    // So large a value could hide a difference of 1 below its rounding.
    if (constant && size > one << 200n && difference > 0n) throw new MathsLimit("a value is too large to be sure");
    if (size > one >> 80n) verdict = "same";
  }
  return verdict;
}

/** At the points where both are real all the way; where there are none, or i itself is in play, at all. */
function sameComplex(left: Expression, right: Expression, constant: boolean): boolean {
  const holds = (name: string) =>
    [left, right].some((tree) => some(tree, (node) => node.op === "constant" && node.name === name));
  const points = (constant ? samplePoints.slice(0, 1) : samplePoints)
    .map((point) => [inDoubles(left, point), inDoubles(right, point)] as const)
    .filter(([a, b]) => !Number.isNaN(a.value.re + a.value.im + b.value.re + b.value.im));
  const finite = holds("infinity") ? points : points.filter(([a, b]) => !isInfinite(a.value) && !isInfinite(b.value));
  if (constant && finite.length < points.length) throw new MathsLimit("a value is too large for doubles");
  const onReals = holds("i") ? [] : finite.filter(([a, b]) => a.real && b.real);
  const compared = onReals.length > 0 ? onReals : finite;
  return compared.length > 0 && compared.every(([a, b]) => near(a, b));
}

interface Sized {
  readonly value: Complex;
  /** no value on the way was complex: the point lies in the domain */
  readonly real: boolean;
  /** the largest value on the way: what a difference near 0 is measured against */
  readonly size: number;
}

function inDoubles(tree: Expression, point: number): Sized {
  let size = 0;
  let inDomain = true;
  const watch = (value: Complex): Complex => {
    const own = modulus(value);
    if (Number.isFinite(own)) size = Math.max(size, own);
    inDomain &&= isReal(value);
    return value;
  };
  const field: Field<Complex> = {
    ...complexField,
    add: (a, b) => {
      watch(a);
      return plus(a, watch(b));
    },
    multiply: (a, b) => watch(product(watch(a), watch(b))),
    call: (name, args) => watch(complexField.call(name, args)),
    power: (base, exponent, exact) => watch(complexField.power(base, exponent, exact)),
  };
  const value = evaluate(tree, field, (name) => realAt(name, point));
  return { value, size, real: inDomain && isReal(value) };
}

function near(a: Sized, b: Sized): boolean {
  if (!Number.isFinite(a.value.re) || !Number.isFinite(b.value.re)) return a.value.re === b.value.re;
  const difference = modulus(plus(a.value, minus(b.value)));
  return difference <= Math.max(1e-9 * Math.max(modulus(a.value), modulus(b.value)), 1e-13 * Math.max(a.size, b.size));
}

const isInfinite = ({ re, im }: Complex): boolean => Math.abs(re) === Infinity || Math.abs(im) === Infinity;

function isReal(value: Complex): boolean {
  return Math.abs(value.im) <= 1e-12 * Math.abs(value.re) || value.im === 0;
}

/** Where no symbol occurs a limit is the answer's own; at a chosen point it is the point's, and another may do. */
function valueIn<T>(field: Field<T>, tree: Expression, valueOf: (name: string) => T, constant: boolean): T | undefined {
  try {
    return evaluate(tree, field, valueOf);
  } catch (error) {
    if (error instanceof OutsideField || (error instanceof MathsLimit && !constant)) return undefined;
    throw error;
  }
}

const larger = (a: bigint, b: bigint): bigint => (a > b ? a : b);

function absolute(value: { n: bigint; d: bigint }) {
  return rational(value.n < 0n ? -value.n : value.n, value.d);
}
