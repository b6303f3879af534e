/** When two answers of KOR-Bench are the same: by category, and in puzzles and operations by the item's rule. */
import { arithmetic, arithmeticSigns } from "../maths/arithmetic.ts";
import { mathsEqual } from "../maths/maths-equal.ts";
import { equals, rational } from "../maths/rational.ts";
import { someMatching } from "../maths/some-matching.ts";

export interface KorItem {
  readonly category: string;
  readonly rule: string;
}

type Same = (given: string, key: string) => boolean;

export function sameByRule(given: string, key: string, { category, rule }: KorItem): boolean {
  if (category !== "cipher" && isOneWord(key) && lowerWord(given) === lowerWord(key)) return true;
  if (category === "logic") return rule === "5" ? sameSections(given, key) : logical(given) === logical(key);
  if (category === "operation") return (operations[rule] ?? sameResult)(given, key);
  if (category === "puzzle") return (puzzles[rule] ?? sameCharacters)(given, key);
  return identical(clean)(given, key) && sameNumbers(given, key);
}

/** An option's letter or a truth value, whose case says nothing; in a cipher it is the message. */
const isOneWord = (key: string): boolean => /^(?:[A-Z]|true|false|yes|no|valid|invalid|unknown)$/i.test(lowerWord(key));
const lowerWord = (text: string): string => clean(text).replace(/[.]$/, "").toLowerCase();

const identical =
  (reduce: (text: string) => string): Same =>
  (given, key) =>
    reduce(given) === reduce(key);

const clean = (text: string): string => text.replaceAll(/["\s[\]]/g, "");
const logical = (text: string): string =>
  symbols(text)
    .replaceAll(/["\s.$]/g, "")
    .replaceAll(/^\[+|\]+$/g, "");
const letters = (text: string): string => text.replaceAll(/[^A-Za-z]/g, "").toLowerCase();
const words = (text: string): string[] => text.toLowerCase().match(/\w+/g) ?? [];
const sorted = (parts: readonly string[]): string => [...parts].sort().join("\n");
const integers = (text: string): string => (text.replaceAll(/[−–]/g, "-").match(/-?\d+/g) ?? []).join(" ");

const sameCharacters: Same = (given, key) =>
  identical((text) => text.replaceAll(/[^\p{L}\p{N}_]+/gu, ""))(given, key) && sameNumbers(given, key);

/**
 * Whether the numbers are cut alike: "1,23" is not "12,3". Digits that stand each alone may also be written in one run:
 * "0101" for "0 1 0 1".
 */
const sameNumbers: Same = (given, key) => {
  const runs = (text: string): readonly string[] => text.match(/\p{N}+/gu) ?? [];
  const [a, b] = [runs(given), runs(key)];
  const single = (cut: readonly string[]): boolean => cut.every((run) => run.length === 1);
  return a.join(" ") === b.join(" ") || (b.length === 1 && single(a)) || (a.length === 1 && single(b));
};

/** LaTeX's names of the logical signs. */
const latexSigns: Readonly<Record<string, string>> = {
  land: "∧",
  wedge: "∧",
  lor: "∨",
  vee: "∨",
  lnot: "¬",
  neg: "¬",
  to: "→",
  rightarrow: "→",
  Rightarrow: "→",
  implies: "→",
  leftrightarrow: "↔",
  Leftrightarrow: "↔",
  iff: "↔",
  oplus: "⊕",
  forall: "∀",
  exists: "∃",
};

function symbols(text: string): string {
  return text
    .replaceAll(/\\([A-Za-z]+)/g, (command, name: string) => latexSigns[name] ?? command)
    .replaceAll(/[⇒⟹]/g, "→")
    .replaceAll(/[⇔⟺]/g, "↔");
}

/** Sections between semicolons, in any order. */
const sameSections: Same = (given, key) => {
  const sections = (text: string): string[] => text.split(/\]?;\[?/).map(logical);
  return someMatching(sections(given), sections(key), (a, b) => a === b);
};

const operations: Readonly<Record<string, Same>> = {
  // the elements of a set, in any order
  18: identical((text) => sorted(text.match(/\p{N}+|[\p{L}_]/gu) ?? [])),
  23: (given, key) => (/[≥≤<>]|\\[gl]eq?/.test(key) ? sameResult(given, key) : integers(given) === integers(key)),
  24: identical(integers),
  25: identical(integers),
};

/** As text, or as mathematics; a key that holds "or" is a list of results. */
function sameResult(given: string, key: string): boolean {
  const bare = (text: string): string => clean(text).replaceAll("$", "");
  if (bare(given) === bare(key) && sameNumbers(given, key)) return true;
  // Several results stand in the order that was asked for, unless they are alternatives or conditions.
  const inOrder = key.includes(",") && !/[≥≤<>=]|\bor\b/.test(key);
  return mathsEqual(inOrder ? `(${given})` : given, inOrder ? `(${key})` : key) === "equal";
}

const puzzles: Readonly<Record<string, Same>> = {
  1: identical(letters),
  2: (given, key) => letters(given) !== "" && key.split(",").some((one) => letters(one) === letters(given)),
  3: identical((text) => sorted(words(text))),
  4: (given, key) => words(given).length > 0 && words(given).every((word) => words(key).includes(word)),
  5: identical((text) => sorted(text.replaceAll(/\s+/g, "").split(","))),
  9: sameEquation,
  10: makes24,
  18: (given, key) => identical((text) => text.replaceAll(/[,\s[\]]+/g, ""))(given, key) && sameNumbers(given, key),
};

const leftSide = (text: string): string => (arithmeticSigns(text).split("\n")[0] ?? "").split("=")[0] ?? "";

/** The operators are given, the numbers are found: another choice is as good when the sum comes out. */
function sameEquation(given: string, key: string): boolean {
  const operators = (text: string): string => leftSide(text).replaceAll(/[^+\-*/]/g, "");
  const wanted = arithmetic(arithmeticSigns(key).split("=")[1] ?? "");
  const stated = arithmeticSigns(given).split("=")[1];
  const [value, said] = [arithmetic(leftSide(given)), stated === undefined ? wanted : arithmetic(stated)];
  if (!wanted || !value || !said || operators(given) !== operators(key)) return false;
  return equals(value, wanted) && equals(said, wanted);
}

/** The same numbers, combined in any way that gives 24. */
function makes24(given: string, key: string): boolean {
  const numbers = (text: string): string => sorted(leftSide(text).match(/\d+/g) ?? []);
  const value = arithmetic(leftSide(given));
  return value !== undefined && equals(value, rational(24n)) && numbers(given) === numbers(key);
}
