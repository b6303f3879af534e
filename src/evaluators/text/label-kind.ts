/** What kind of label a key is: that decides how an answer to it is read and compared. */

/** `words`: a list in order; `free`: any other text. */
export type LabelKind =
  | { readonly kind: "option"; readonly letter: string }
  | { readonly kind: "integer"; readonly value: bigint }
  | { readonly kind: "verdict"; readonly set: readonly string[]; readonly word: string }
  | { readonly kind: "brackets"; readonly sequence: string }
  | { readonly kind: "words"; readonly words: readonly string[] }
  | { readonly kind: "free"; readonly text: string };

/** Words that exclude each other. */
export const verdictSets: readonly (readonly string[])[] = [
  ["true", "false"],
  ["yes", "no"],
  ["valid", "invalid"],
];

const onlyBrackets = /^[\s()[\]{}<>]+$/;

export function labelKind(key: string): LabelKind {
  const text = key.trim();
  const letter = /^\(([A-Z])\)$/.exec(text)?.[1];
  if (letter !== undefined) return { kind: "option", letter };
  if (/^[+-]?\d+$/.test(text)) return { kind: "integer", value: BigInt(text.replace(/^\+/, "")) };
  const word = text.toLowerCase();
  const set = verdictSets.find((words) => words.includes(word));
  if (set) return { kind: "verdict", set, word };
  if (onlyBrackets.test(text)) return { kind: "brackets", sequence: text.replaceAll(/\s/g, "") };
  const words = word.split(/[\s,]+/);
  return words.length > 1 ? { kind: "words", words } : { kind: "free", text: word };
}
