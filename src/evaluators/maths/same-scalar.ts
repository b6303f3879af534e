/** Equality of two scalars under the conventions of answers: percent signs, units, number bases, logarithms. */
import { multiply } from "./rational.ts";
import type { Expression } from "./expression.ts";
import { some } from "./expression.ts";
import { rational, type Rational } from "./rational.ts";
import { sameExpression } from "./same-expression.ts";
import { compatible, type Unit } from "./units.ts";
import type { Scalar } from "./value.ts";

export function sameScalar(a: Scalar, b: Scalar): boolean {
  if (sameReading(a, b)) return true;
  // The second reading counts only against a side that is no product itself: 5 m is not 5·m, which is 5m.
  const forms: readonly (readonly [Scalar | undefined, Scalar | undefined])[] = [
    [a.alternative, isPlain(b) ? b : b.alternative],
    [isPlain(a) ? a : a.alternative, b.alternative],
  ];
  return forms.some(([left, right]) => left && right && sameReading(left, right));
}

function sameReading(a: Scalar, b: Scalar): boolean {
  if ((a.digits === undefined) !== (b.digits === undefined) && sameDigits(a, b)) return true;
  if (a.percent !== b.percent) return samePercent(a, b) || samePercent(b, a);
  if (!a.unit || !b.unit) return sameUnderLog(a.expression, b.expression);
  if (a.unit.measures === b.unit.measures)
    return sameUnderLog(inBase(a.expression, a.unit), inBase(b.expression, b.unit));
  return compatible(a.unit, b.unit) && sameUnderLog(a.expression, b.expression);
}

/** 50 % is what a key of 50, and one of 0.5, both mean. */
function samePercent(percent: Scalar, plain: Scalar): boolean {
  if (!percent.percent) return false;
  const share: Expression = { op: "divide", left: percent.expression, right: number(rational(100n)) };
  return sameUnderLog(percent.expression, plain.expression) || sameUnderLog(share, plain.expression);
}

/** 1011_2 against 1011: the base is often told by the question. */
function sameDigits(a: Scalar, b: Scalar): boolean {
  const digits = a.digits ?? b.digits ?? "";
  const plain = a.digits === undefined ? a : b;
  return /^\d+$/.test(digits) && sameExpression(plain.expression, number(rational(BigInt(digits))));
}

function isPlain(scalar: Scalar): boolean {
  return !some(scalar.expression, (node) => node.op === "symbol");
}

function inBase(expression: Expression, unit: Unit): Expression {
  return { op: "multiply", left: expression, right: number(multiply(unit.size, rational(1n))) };
}

/** `log` without a base may be natural or to ten: the answers are equal when they are under either, both sides alike. */
export function sameUnderLog(a: Expression, b: Expression): boolean {
  const open = [a, b].some((tree) => some(tree, isOpenLog));
  if (!open) return sameExpression(a, b);
  return [undefined, number(rational(10n))].some((base) => sameExpression(withBase(a, base), withBase(b, base)));
}

const isOpenLog = (node: Expression): boolean => node.op === "call" && node.name === "log?";

function withBase(tree: Expression, base: Expression | undefined): Expression {
  switch (tree.op) {
    case "call": {
      const args = tree.args.map((of) => withBase(of, base));
      if (tree.name !== "log?") return { ...tree, args };
      return base ? { op: "call", name: "log", args: [base, ...args] } : { op: "call", name: "ln", args };
    }
    case "negate":
      return { op: "negate", of: withBase(tree.of, base) };
    case "number":
    case "symbol":
    case "constant":
      return tree;
    default:
      return { ...tree, left: withBase(tree.left, base), right: withBase(tree.right, base) };
  }
}

const number = (value: Rational): Expression => ({ op: "number", value });
