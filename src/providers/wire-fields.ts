/** Reading fields of a reply that may hold anything: what is not as documented is as if it were not there. */

export type Fields = Readonly<Record<string, unknown>>;

/** The value's fields; none when it is no object. */
export function fieldsOf(value: unknown): Fields {
  return Object(value) as Fields;
}

/** The value when it is text, else "". */
export function wordOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** A count of tokens; NaN for anything that cannot be one: a text, a fraction, less than none, more than any model takes. */
export function tokensOf(value: unknown): number {
  return typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= 1e8 ? value : NaN;
}

/** A part larger than its whole was counted by another rule: then it is not known. */
export function atMost(part: number, whole: number): number {
  return part <= whole ? part : NaN;
}

/** US dollars; NaN for anything that cannot be a bill for one call. */
export function dollarsOf(value: unknown): number {
  return typeof value === "number" && value >= 0 && value < 1e6 ? value : NaN;
}
