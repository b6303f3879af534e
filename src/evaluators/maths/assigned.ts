/** The value an equation gives: of x = 5 the 5. */
import { some, type Expression } from "./expression.ts";
import type { Relation, Value } from "./value.ts";

/**
 * The sides that may stand for the whole. `strict`, for keys: only where the first side is a name (x, f(x), AB, (x, y)),
 * else the equation itself was asked for. The last side counts, or the first where the last is the name; on either side
 * of ≈ a value counts as given both exactly and rounded.
 */
export function assignedSides(relation: Relation, strict: boolean): readonly Value[] {
  if (relation.ops.some((op) => op !== "=" && op !== "approx")) return [];
  const first = relation.sides[0];
  const last = relation.sides.at(-1);
  if (!first || !last) return [];
  const named = isName(first) || isName(last) || relation.ops.includes("approx");
  if (strict && !named) return [];
  if (isName(last) && !isName(first)) return [first];
  const rounded = relation.ops.lastIndexOf("approx");
  const exact = rounded > 0 || (rounded === 0 && !isName(first)) ? relation.sides[rounded] : undefined;
  return exact ? [exact, last] : [last];
}

/** One symbol = one value. */
export function isAssignment(value: Value): value is Relation {
  return (
    value.kind === "relation" &&
    value.sides.length === 2 &&
    value.ops[0] === "=" &&
    value.sides[0] !== undefined &&
    isName(value.sides[0])
  );
}

/** x, x_1, AB, f(x), \angle ABC, \text{Area}, (x, y): names a thing and computes nothing. */
export function isName(value: Value): boolean {
  if (value.kind === "sequence") return value.items.every(isName);
  if (value.kind !== "scalar" || value.unit || value.percent) return false;
  return isNaming(value.expression);
}

function isNaming(tree: Expression): boolean {
  if (tree.op === "symbol") return true;
  if (tree.op === "multiply") return isNaming(tree.left) && isNaming(tree.right);
  if (tree.op === "power") return isNaming(tree.left);
  return (
    tree.op === "call" &&
    (tree.name.startsWith("opaque ") || (tree.name === "abs" && some(tree, ({ op }) => op === "symbol")))
  );
}
