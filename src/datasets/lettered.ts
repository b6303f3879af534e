/** Options as sources write them, with letters. */
import type { Choice } from "../core/evaluator.ts";

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/** A list is lettered by position; a group of letter → text keeps its letters, in their order; else none. */
export function lettered(options: unknown): Choice[] {
  if (Array.isArray(options)) return options.map((text, i) => ({ letter: alphabet[i] ?? "", text: String(text) }));
  if (typeof options !== "object" || options === null) return [];
  return Object.entries(options)
    .filter(([letter]) => /^[A-Z]$/.test(letter))
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([letter, text]) => ({ letter, text: String(text) }));
}
