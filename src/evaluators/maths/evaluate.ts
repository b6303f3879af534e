/** Walks an expression once, in whichever number system is asked. */
import { exactField } from "./exact-field.ts";
import type { Expression } from "./expression.ts";
import { OutsideField, type Field } from "./field.ts";
import { MathsLimit } from "./maths-limit.ts";
import type { Rational } from "./rational.ts";

const noSymbols = (name: string): never => {
  throw new OutsideField(name);
};

export function evaluate<T>(tree: Expression, field: Field<T>, valueOf: (symbol: string) => T): T {
  const walk = (node: Expression): T => {
    switch (node.op) {
      case "number":
        return field.number(node.value);
      case "symbol":
        return valueOf(node.name);
      case "constant":
        return field.constant(node.name);
      case "negate":
        return field.negate(walk(node.of));
      case "call":
        return field.call(node.name, node.args.map(walk));
      case "power":
        return field.power(walk(node.left), walk(node.right), exactValue(node.right));
      default:
        return field[node.op](walk(node.left), walk(node.right));
    }
  };
  return walk(tree);
}

/** The fraction a tree without symbols stands for, undefined where it is irrational, undefined or too large. */
export function exactValue(tree: Expression): Rational | undefined {
  if (tree.op === "number") return tree.value;
  if (tree.op === "symbol" || tree.op === "constant") return undefined;
  try {
    return evaluate(tree, exactField, noSymbols);
  } catch (error) {
    if (error instanceof OutsideField || error instanceof MathsLimit) return undefined;
    throw error;
  }
}
