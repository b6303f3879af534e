/** A scalar as a tree. What stands for a number only under a reading (symbols, functions) is named, not valued. */
import type { Rational } from "./rational.ts";

export type Expression =
  | { readonly op: "number"; readonly value: Rational }
  | { readonly op: "symbol"; readonly name: string }
  | { readonly op: "constant"; readonly name: ConstantName }
  | { readonly op: "add" | "multiply" | "divide" | "power"; readonly left: Expression; readonly right: Expression }
  | { readonly op: "negate"; readonly of: Expression }
  | { readonly op: "call"; readonly name: string; readonly args: readonly Expression[] };

export type ConstantName = "pi" | "e" | "i" | "infinity";

/** Every symbol of the trees, sorted. */
export function symbolsOf(...trees: readonly Expression[]): string[] {
  const names = new Set<string>();
  for (const tree of trees) visit(tree, (node) => node.op === "symbol" && names.add(node.name));
  return [...names].sort();
}

/** Whether any node of the tree satisfies the test. */
export function some(tree: Expression, test: (node: Expression) => boolean): boolean {
  let found = false;
  visit(tree, (node) => {
    found ||= test(node);
  });
  return found;
}

function visit(tree: Expression, each: (node: Expression) => unknown): void {
  each(tree);
  for (const child of childrenOf(tree)) visit(child, each);
}

function childrenOf(tree: Expression): readonly Expression[] {
  if (tree.op === "call") return tree.args;
  if (tree.op === "negate") return [tree.of];
  return "left" in tree ? [tree.left, tree.right] : [];
}
