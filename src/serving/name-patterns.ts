/** Model ids by pattern: `*` stands for any run of characters, none included; all else for itself. */
import { unknownName } from "../core/near-names.ts";

/** Whether the id fits the pattern. Linear in both but for the backtracking to the last `*`, so no pattern is slow. */
export function fitsPattern(id: string, pattern: string): boolean {
  let [at, from] = [0, 0];
  let [star, retry] = [-1, 0];
  while (at < id.length) {
    if (pattern[from] === "*") {
      star = from++;
      retry = at;
    } else if (pattern[from] === id[at]) {
      from++;
      at++;
    } else if (star >= 0) {
      from = star + 1;
      at = ++retry;
    } else return false;
  }
  while (pattern[from] === "*") from++;
  return from === pattern.length;
}

/** Whether the id fits one of the patterns. */
export function fitsAny(id: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) => fitsPattern(id, pattern));
}

/**
 * @throws UsageError for a pattern without `*` that names none of `ids`: a typo would let through, or shut out, what was not
 * meant.
 * @param told those of `ids` that may be named in the error
 */
export function requireKnown(patterns: readonly string[], ids: readonly string[], where: string, told = ids): void {
  for (const pattern of patterns) {
    if (!pattern.includes("*") && !ids.includes(pattern)) throw unknownName("model", pattern, told, where);
  }
}
