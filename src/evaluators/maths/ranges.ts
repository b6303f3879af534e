/** Sets of reals in one form: disjoint intervals and points, from intervals, unions, inequalities, "all real numbers". */
import { complexField } from "./complex-field.ts";
import { evaluate } from "./evaluate.ts";
import type { Expression } from "./expression.ts";
import { real } from "./complex.ts";
import type { List, Relation, Scalar, Sequence, Value } from "./value.ts";

type Range = Sequence | List;

const infinity = scalar({ op: "constant", name: "infinity" });
const minusInfinity = scalar({ op: "negate", of: infinity.expression });

/** The parts, or undefined where the value is no set of reals. */
export function rangesOf(value: Value): readonly Range[] | undefined {
  switch (value.kind) {
    case "sequence":
      return value.items.length === 2 && value.open !== ":" ? [value] : undefined;
    case "set":
      return [value];
    case "scalar":
      return isReals(value) ? [interval("(", minusInfinity, infinity, ")")] : undefined;
    case "domain":
      return rangesOf(value.set);
    case "relation":
      return rangesOfRelation(value);
    case "list":
      return rangesOfList(value);
    case "operation":
      if (value.name === "cup") return allRanges(value.parts);
      return value.name === "setminus" ? rangesWithout(value.parts) : undefined;
    default:
      return undefined;
  }
}

function allRanges(parts: readonly Value[]): readonly Range[] | undefined {
  const ranges = parts.map(rangesOf);
  return ranges.every((range) => range !== undefined) ? ranges.flat() : undefined;
}

function isReals({ expression }: Scalar): boolean {
  if (expression.op !== "symbol") return false;
  return /^(?:mathbb R|word (?:all real numbers?|all reals|real numbers))$/.test(expression.name);
}

/** x < 3, 3 > x, 1 < x ≤ 3, x ≠ 3. */
function rangesOfRelation({ sides, ops }: Relation): readonly Range[] | undefined {
  const values = sides.filter((side): side is Scalar => side.kind === "scalar" && side.unit === undefined);
  const [first, second, third] = values;
  if (!first || !second || values.length !== sides.length || values.length > 3) return undefined;
  return third ? between([first, second, third], ops) : halfLine(first, second, ops[0] ?? "");
}

/** a < x ≤ b, or b ≥ x > a. */
function between([low, middle, high]: readonly [Scalar, Scalar, Scalar], ops: readonly string[]): Range[] | undefined {
  const [lower = "", upper = ""] = ops;
  if (!isSymbol(middle) || isSymbol(low) || lower.charAt(0) !== upper.charAt(0)) return undefined;
  if (lower.startsWith(">")) return between([high, middle, low], [mirrored[upper] ?? "", mirrored[lower] ?? ""]);
  if (!lower.startsWith("<")) return undefined;
  return [interval(lower === "<=" ? "[" : "(", low, high, upper === "<=" ? "]" : ")")];
}

const mirrored: Readonly<Record<string, string>> = { "<": ">", "<=": ">=", ">": "<", ">=": "<=", "!=": "!=" };

function halfLine(left: Scalar, right: Scalar, op: string): readonly Range[] | undefined {
  if (!mirrored[op] || isSymbol(left) === isSymbol(right)) return undefined;
  const bound = isSymbol(left) ? right : left;
  const direction = isSymbol(left) ? op : (mirrored[op] ?? op);
  if (numeric(bound) === undefined) return undefined;
  if (direction === "!=") return [interval("(", minusInfinity, bound, ")"), interval("(", bound, infinity, ")")];
  if (direction.startsWith("<")) return [interval("(", minusInfinity, bound, direction === "<=" ? "]" : ")")];
  return [interval(direction === ">=" ? "[" : "(", bound, infinity, ")")];
}

/** "x < 1 or x > 3" is a union; "x > 1, x < 3" both at once, where they meet. */
function rangesOfList(list: List): readonly Range[] | undefined {
  if (!list.items.every(({ kind }) => kind === "relation")) return undefined;
  const ranges = allRanges(list.items);
  const [a, b] = ranges ?? [];
  if (list.alternatives || ranges?.length !== 2 || a?.kind !== "sequence" || b?.kind !== "sequence") return ranges;
  const meeting = isInfinite(a.items[1]) ? meet(a, b) : meet(b, a);
  return meeting ? [meeting] : ranges;
}

/** (a, ∞) and (−∞, b) together, where a < b. */
function meet(lower: Sequence, upper: Sequence): Sequence | undefined {
  const [low, high] = [lower.items[0], upper.items[1]];
  if (!isInfinite(lower.items[1]) || !isInfinite(upper.items[0])) return undefined;
  if (low?.kind !== "scalar" || high?.kind !== "scalar") return undefined;
  return (numeric(low) ?? NaN) < (numeric(high) ?? NaN) ? interval(lower.open, low, high, upper.close) : undefined;
}

/** ℝ \ {1, 2} as the three intervals left. */
function rangesWithout([whole, removed, ...more]: readonly Value[]): readonly Range[] | undefined {
  if (whole?.kind !== "scalar" || !isReals(whole) || more.length > 0 || removed?.kind !== "set") return undefined;
  const points = removed.items.filter((item): item is Scalar => item.kind === "scalar" && numeric(item) !== undefined);
  if (points.length !== removed.items.length) return undefined;
  const sorted = points.toSorted((a, b) => (numeric(a) ?? 0) - (numeric(b) ?? 0));
  const edges = [minusInfinity, ...sorted, infinity];
  return edges.slice(1).map((edge, index) => interval("(", edges[index] ?? minusInfinity, edge, ")"));
}

function isInfinite(value: Value | undefined): boolean {
  return value?.kind === "scalar" && Math.abs(numeric(value) ?? 0) === Infinity;
}

/** The real number a scalar without symbols is, ±∞ included. */
function numeric({ expression }: Scalar): number | undefined {
  const { re, im } = evaluate(expression, complexField, () => real(NaN));
  return Number.isNaN(re) || im !== 0 ? undefined : re;
}

function isSymbol({ expression }: Scalar): boolean {
  return expression.op === "symbol";
}

function interval(open: string, low: Scalar, high: Scalar, close: string): Sequence {
  return { kind: "sequence", open, close, items: [low, high] };
}

function scalar(expression: Expression): Scalar {
  return { kind: "scalar", expression, percent: false };
}
