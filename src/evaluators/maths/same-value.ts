/**
 * Equality of two answers by their shapes. The given answer comes first, for one convention is not symmetric: an equation
 * may answer a question for its value ("m + n = 204" for 204), a value does not answer a question for an equation.
 */
import { assignedSides, isAssignment } from "./assigned.ts";
import { symbolsOf } from "./expression.ts";
import { rangesOf } from "./ranges.ts";
import { sameRelation } from "./same-relation.ts";
import { sameScalar, sameUnderLog } from "./same-scalar.ts";
import { someMatching } from "./some-matching.ts";
import type { List, Scalar, Sequence, Value } from "./value.ts";

export function sameValue(given: Value, key: Value): boolean {
  if (given.kind === "choice" || key.kind === "choice") return sameChoice(given, key);
  if (sameKind(given, key) || sameRange(given, key)) return true;
  if (given.kind === key.kind) return false;
  if (given.kind === "domain") return sameValue(given.set, key);
  if (key.kind === "domain") return sameValue(given, key.set);
  if (isList(given) || isList(key)) return sameAsList(given, key);
  return sameAsAssigned(given, key);
}

const isList = (value: Value): value is List => value.kind === "list" || value.kind === "set";

function sameKind(a: Value, b: Value): boolean {
  if (isList(a) && isList(b)) return sameItems(a, b);
  if (a.kind === "sequence" && b.kind === "matrix") return a.open === "(" && sameRows([a.items], b.rows);
  const compare = a.kind === b.kind ? sameOfKind[a.kind] : undefined;
  return compare?.(a as never, b as never) ?? false;
}

type Kind = Value["kind"];
type Of<K extends Kind> = Extract<Value, { readonly kind: K }>;

/** By kind, of two of that kind. */
const sameOfKind: { readonly [K in Kind]?: (a: Of<K>, b: Of<K>) => boolean } = {
  scalar: sameScalar,
  sequence: sameSequence,
  relation: (a, b) => sameRelation(a, b, sameValue),
  domain: (a, b) => a.of === b.of && sameValue(a.set, b.set),
  matrix: (a, b) => a.bars === b.bars && sameRows(a.rows, b.rows),
  operation(a, b) {
    if (a.name !== b.name) return false;
    return a.name === "setminus" ? inOrder(a.parts, b.parts) : someMatching(a.parts, b.parts, sameValue);
  },
};

function sameItems(a: List, b: List): boolean {
  if (someMatching(a.items, b.items, sameValue)) return true;
  const [left, right] = [withoutDomains(a), withoutDomains(b)];
  if (left.length === a.items.length && right.length === b.items.length) return false;
  return (
    left.length > 0 &&
    (left.length === a.items.length || right.length === b.items.length) &&
    someMatching(left, right, sameValue)
  );
}

/** "2kπ, k ∈ Z": the condition on k goes without saying. */
function withoutDomains(list: List): readonly Value[] {
  return list.items.filter((item) => item.kind !== "domain");
}

export function sameSequence(a: Sequence, b: Sequence): boolean {
  if (a.open !== b.open || a.close !== b.close || a.items.length !== b.items.length) return false;
  return a.open === ":" ? sameRatio(a.items, b.items) : inOrder(a.items, b.items);
}

/** a : b : c = d : e : f where all cross products with the first agree. */
function sameRatio(a: readonly Value[], b: readonly Value[]): boolean {
  const [first, other] = [a[0], b[0]];
  if (first?.kind !== "scalar" || other?.kind !== "scalar") return false;
  return a.every((item, index) => {
    const partner = b[index];
    if (item.kind !== "scalar" || partner?.kind !== "scalar") return false;
    return sameUnderLog(
      { op: "multiply", left: item.expression, right: other.expression },
      { op: "multiply", left: partner.expression, right: first.expression },
    );
  });
}

function sameRows(a: readonly (readonly Value[])[], b: readonly (readonly Value[])[]): boolean {
  return a.length === b.length && a.every((row, index) => inOrder(row, b[index] ?? []));
}

function inOrder(a: readonly Value[], b: readonly Value[]): boolean {
  return (
    a.length === b.length &&
    a.every((item, index) => {
      const partner = b[index];
      return partner !== undefined && sameValue(item, partner);
    })
  );
}

/** Sets of numbers written as intervals, unions or inequalities; of one variable, where both name theirs. */
function sameRange(a: Value, b: Value): boolean {
  const [left, right] = [rangesOf(a), rangesOf(b)];
  if (!left || !right || otherVariables(a, b)) return false;
  return someMatching(left, right, (x, y) => x.kind === y.kind && sameKind(x, y));
}

function otherVariables(a: Value, b: Value): boolean {
  const [left, right] = [variablesOf(a), variablesOf(b)];
  return left !== "" && right !== "" && left !== right;
}

function variablesOf(value: Value): string {
  if (value.kind === "domain") return value.of;
  if (value.kind === "list") return [...new Set(value.items.map(variablesOf))].sort().join(" ");
  if (value.kind !== "relation") return "";
  return symbolsOf(...value.sides.flatMap((side) => (side.kind === "scalar" ? [side.expression] : []))).join(" ");
}

/** An option's letter, or what it says. */
function sameChoice(given: Value, key: Value): boolean {
  if (given.kind === "choice" && key.kind === "choice") return given.letter === key.letter;
  const [choice, other] = given.kind === "choice" ? [given, key] : [key, given];
  if (choice.kind !== "choice") return false;
  if (isLetter(other)) return other.expression.name === choice.letter;
  return given.kind === "choice" ? sameValue(choice.value, key) : sameValue(given, choice.value);
}

function isLetter(value: Value): value is Scalar & { expression: { op: "symbol"; name: string } } {
  return value.kind === "scalar" && value.expression.op === "symbol" && /^[A-J]$/.test(value.expression.name);
}

/** A list against what is none: one item and its conditions, or assignments to the places of a tuple. */
function sameAsList(given: Value, key: Value): boolean {
  const list = isList(given) ? given : key;
  if (!isList(list)) return false;
  const other = list === given ? key : given;
  const items = withoutDomains(list);
  const [only] = items;
  if (only && items.length === 1 && list.kind === "list") {
    return list === given ? sameValue(only, key) : sameValue(given, only);
  }
  if (other.kind === "sequence" && other.open === "(") return assignsInOrder(items, other);
  return sameAsAssigned(given, key);
}

/** "x = 5" against 5, "x = {1, 2}" against {1, 2}. */
function sameAsAssigned(given: Value, key: Value): boolean {
  if (given.kind === "relation") return assignedSides(given, false).some((side) => sameValue(side, key));
  return key.kind === "relation" && assignedSides(key, true).some((side) => sameValue(given, side));
}

/** "x = 1, y = 2" for (1, 2): each to another symbol, in the written order. */
function assignsInOrder(items: readonly Value[], tuple: Sequence): boolean {
  const assignments = items.filter(isAssignment);
  if (assignments.length !== items.length || items.length !== tuple.items.length) return false;
  const [names, values] = [0, 1].map((index) => assignments.flatMap(({ sides }) => sides[index] ?? []));
  const repeated = names?.some((name, index) => names.slice(0, index).some((earlier) => sameValue(earlier, name)));
  return !repeated && inOrder(values ?? [], tuple.items);
}
