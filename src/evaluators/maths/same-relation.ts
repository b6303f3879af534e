/** Equality of two equations, inequalities or congruences. */
import { isName } from "./assigned.ts";
import type { Expression } from "./expression.ts";
import { proportional } from "./same-expression.ts";
import { sameScalar } from "./same-scalar.ts";
import type { Relation, Scalar, Value } from "./value.ts";

type Same = (a: Value, b: Value) => boolean;

const flipped: Readonly<Record<string, string>> = { ">": "<", ">=": "<=" };
const isUnordered = (op: string | undefined): boolean => op === "=" || op === "!=" || op === "approx";

export function sameRelation(first: Relation, second: Relation, same: Same): boolean {
  const [a, b] = [oriented(first), oriented(second)];
  if (a.ops.join(" ") !== b.ops.join(" ")) return sameLastSides(first, second, same);
  if (pairwise(a.sides, b.sides, same)) return true;
  if (a.sides.length !== 2) return sameLastSides(first, second, same);
  if (isUnordered(a.ops[0]) && pairwise(a.sides, b.sides.toReversed(), same)) return true;
  return sameDifference(a, b);
}

/** Greater signs become less signs, the sides in reverse. */
function oriented(relation: Relation): Relation {
  if (!relation.ops.every((op) => flipped[op])) return relation;
  return {
    kind: "relation",
    sides: relation.sides.toReversed(),
    ops: relation.ops.toReversed().map((op) => flipped[op] ?? op),
  };
}

/** "x = 10/2 = 5" against "x = 5": one name, and the last values equal. */
function sameLastSides(a: Relation, b: Relation, same: Same): boolean {
  if ([...a.ops, ...b.ops].some((op) => op !== "=" && op !== "approx")) return false;
  const [nameA, nameB, lastA, lastB] = [a.sides[0], b.sides[0], a.sides.at(-1), b.sides.at(-1)];
  if (!nameA || !nameB || !lastA || !lastB || !isName(nameA)) return false;
  return same(nameA, nameB) && same(lastA, lastB);
}

/** 2x + 2y = 8 is x + y = 4: left − right of the one is a multiple of the other's, a positive one under an order. */
function sameDifference(a: Relation, b: Relation): boolean {
  if (!["=", "!=", "<", "<="].includes(a.ops[0] ?? "")) return false;
  const [left, right] = [difference(a), difference(b)];
  if (!left || !right) return false;
  return proportional(left, right, !isUnordered(a.ops[0]));
}

function difference({ sides }: Relation): Expression | undefined {
  const [left, right] = sides;
  if (left?.kind !== "scalar" || right?.kind !== "scalar") return undefined;
  if ([left, right].some((side: Scalar) => side.unit || side.percent)) return undefined;
  return { op: "add", left: left.expression, right: { op: "negate", of: right.expression } };
}

function pairwise(a: readonly Value[], b: readonly Value[], same: Same): boolean {
  return (
    a.length === b.length &&
    a.every((side, index) => {
      const partner = b[index];
      if (!partner) return false;
      return side.kind === "scalar" && partner.kind === "scalar" ? sameScalar(side, partner) : same(side, partner);
    })
  );
}
