/** Answers in words: Monday, (B), "no solution", Evelyn. Compared as words, so that no letter of one is ever a factor. */
import { functionNames, greekNames, shortWords } from "./word-lists.ts";

const wrapper =
  /\\(?:text|textbf|textit|textrm|textsf|texttt|mathrm|mathbf|mathsf|mbox|operatorname|emph)\s*\{([^{}]*)\}/g;

const synonyms: Readonly<Record<string, string>> = {
  dne: "does not exist",
  undefined: "does not exist",
  "no solutions": "no solution",
  "no real solutions": "no real solution",
  "empty set": "no solution",
  emptyset: "no solution",
  "all reals": "all real numbers",
  "all real number": "all real numbers",
};

/** True or false where both are words; undefined where either holds maths, for the engine to decide. */
export function sameLabel(given: string, key: string): boolean | undefined {
  const clock = sameClock(given, key);
  if (clock !== undefined) return clock;
  const [a, b] = [readLabel(given), readLabel(key)];
  if (!a || !b) return undefined;
  // Two or three bare letters may be a product: xy is yx, but neither XY. Capitals name things in their order.
  if (a.product && b.product) return a.letters === b.letters ? true : undefined;
  if (a.letters.length === 1 && b.letters.length === 1 && !a.wrapped && !b.wrapped) return a.letters === b.letters;
  return (synonyms[a.folded] ?? a.folded) === (synonyms[b.folded] ?? b.folded);
}

/** Undefined unless both are times of day; one that lacks its half of the day fits both. */
function sameClock(given: string, key: string): boolean | undefined {
  const [a, b] = [readClock(given), readClock(key)];
  if (!a || !b) return undefined;
  return a.time === b.time && (a.half === b.half || a.half === "" || b.half === "");
}

/** 10:30, 3:45 p.m.: two digits after the colon make a time of day, not a ratio, where both sides have them. */
function readClock(text: string): { readonly time: string; readonly half: string } | undefined {
  const bare = text.replace(wrapper, " $1 ").replaceAll("\\ ", " ").trim();
  const found = /^0?(\d{1,2}:\d{2})\s*(?:([ap])\.?\s?m\.?)?$/i.exec(bare);
  return found?.[1] ? { time: found[1], half: (found[2] ?? "").toLowerCase() } : undefined;
}

interface Label {
  readonly letters: string;
  readonly folded: string;
  readonly wrapped: boolean;
  readonly product: boolean;
}

function readLabel(text: string): Label | undefined {
  const bare = text
    .replace(wrapper, " $1 ")
    .replace(/\\(?:[ ,;:!]|emptyset|varnothing)/g, (found) => (found.length > 2 ? "emptyset" : " "));
  const open = bare
    .trim()
    .replace(/^\(\s*([A-Za-z])\s*\)$/, "$1")
    .replace(/^["'“]+|["'”.]+$/g, "");
  const letters = open.replace(/[{}]/g, "").trim().replace(/\s+/g, " ");
  // A hyphen joins words; between letters, or with space around it, it takes away.
  if (!/^\p{L}[\p{L}' ]*(?:(?<=\p{L}{2})-(?=\p{L}{2})[\p{L}' ]+)*$/u.test(letters)) return undefined;
  const words = letters.split(/[ -]/);
  if (words.some(isMaths)) return undefined;
  const wrapped = bare !== text || text.includes("(");
  const folded = letters
    .toLowerCase()
    .replace(/^(?:the|a|an) /, "")
    .replaceAll("-", " ");
  return { letters, folded, wrapped, product: !wrapped && /^[a-z]{2,3}$/.test(letters) && !shortWords.has(letters) };
}

function isMaths(word: string): boolean {
  const lower = word.toLowerCase();
  return functionNames.has(lower) || greekNames.has(word) || /^(?:pi|infinity|inf|infty|oo|or|and)$/.test(lower);
}
