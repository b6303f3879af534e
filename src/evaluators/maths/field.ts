/** A number system an expression can be evaluated in. */
import type { ConstantName } from "./expression.ts";
import type { Rational } from "./rational.ts";

export interface Field<T> {
  number(value: Rational): T;
  constant(name: ConstantName): T;
  add(a: T, b: T): T;
  negate(a: T): T;
  multiply(a: T, b: T): T;
  divide(a: T, b: T): T;
  /** `exponent` is given exactly where it is a plain fraction: (−8)^(1/3) has a real value only then. */
  power(base: T, exponent: T, exact: Rational | undefined): T;
  call(name: string, args: readonly T[]): T;
}

/** Thrown by a field that cannot hold a value: an irrational among fractions, a complex among reals, 1/0 in either. */
export class OutsideField extends Error {
  override readonly name = "OutsideField";
}
