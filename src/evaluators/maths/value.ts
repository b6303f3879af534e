/** An answer by its shape. What is compared how is decided by the shapes of the two sides (`same-value.ts`). */
import type { Expression } from "./expression.ts";
import type { Unit } from "./units.ts";

export interface Scalar {
  readonly kind: "scalar";
  readonly expression: Expression;
  readonly unit?: Unit | undefined;
  readonly percent: boolean;
  /** the digits of a number written in a base: 1011 of 1011_2 */
  readonly digits?: string | undefined;
  /** "5 m" may be five metres or 5·m; here the metres */
  readonly alternative?: Scalar | undefined;
}

export interface Sequence {
  readonly kind: "sequence";
  /** "(" "[" ":" as written; angle brackets count as round */
  readonly open: string;
  readonly close: string;
  readonly items: readonly Value[];
}

export interface Relation {
  readonly kind: "relation";
  readonly sides: readonly Value[];
  /** between the sides: = approx equiv != < <= > >= notin */
  readonly ops: readonly string[];
}

export interface List {
  readonly kind: "list" | "set";
  readonly items: readonly Value[];
  /** parted by "or": alternatives, so a union where the items are ranges */
  readonly alternatives: boolean;
}

export type Value =
  | Scalar
  | Sequence
  | Relation
  | List
  | { readonly kind: "operation"; readonly name: "cup" | "cap" | "setminus"; readonly parts: readonly Value[] }
  /** x ∈ S */
  | { readonly kind: "domain"; readonly of: string; readonly set: Value }
  | { readonly kind: "matrix"; readonly bars: string; readonly rows: readonly (readonly Value[])[] }
  /** (B) 12: an option's letter and what it says */
  | { readonly kind: "choice"; readonly letter: string; readonly value: Value };
