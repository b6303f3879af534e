/** Reads a label of a known kind from the piece of text after a marker. undefined: nothing of that kind stands there. */
import { lastBox } from "./boxed.ts";
import type { LabelKind } from "./label-kind.ts";
import type { LetterQuestion } from "./letter-question.ts";
import { plainSegment } from "./plain-segment.ts";
import { readLetter } from "./read-letter.ts";

/** `rest`: what follows the segment, for lists that run over several lines. */
export function readLabel(segment: string, rest: string, key: LabelKind, question: LetterQuestion): string | undefined {
  if (key.kind === "option") {
    const { letter } = readLetter(segment, question);
    return letter === undefined ? undefined : `(${letter})`;
  }
  const box = lastBox(segment);
  const boxed = box && readPlain(box.content, "", key);
  return boxed ?? readPlain(segment, rest, key);
}

function readPlain(segment: string, rest: string, key: LabelKind): string | undefined {
  switch (key.kind) {
    case "integer":
      return integerIn(plainSegment(segment));
    case "verdict":
      return verdictIn(plainSegment(segment).toLowerCase(), key.set);
    case "brackets":
      return bracketsIn(segment);
    case "words":
      return wordsIn(segment, rest, key.words.length);
    default:
      return freeText(segment);
  }
}

const number = String.raw`[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?|[+-]?\d+(?:\.\d+)?`;
const leadingNumber = new RegExp(`^[\\s"'“(=]*(${number})(?!\\s*[-+*/×÷^=]\\s*[\\d(])(?![\\w/])`);
const afterEquals = new RegExp(`=\\s*(${number})(?![\\d.,]*\\s*[-+*/×÷^]\\s*\\d)`, "g");
const anyNumber = new RegExp(`(?<![\\w.])(?:${number})(?!\\w)`, "g");
const spelled =
  "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty";

/** The number it begins with; else what its sum comes to; else the only number, or the only number word. */
function integerIn(plain: string): string | undefined {
  const text = plain.replaceAll("\u2212", "-");
  const found = leadingNumber.exec(text)?.[1] ?? [...text.matchAll(afterEquals)].at(-1)?.[1] ?? onlyOne(text);
  return found === undefined ? undefined : found.replaceAll(",", "").replace(/^\+/, "").replace(/\.0+$/, "");
}

function onlyOne(text: string): string | undefined {
  const numbers = new Set([...text.matchAll(anyNumber)].map(([found]) => found));
  if (numbers.size > 0) return numbers.size === 1 ? [...numbers][0] : undefined;
  const words = spelled.split(" ");
  const named = new Set((text.toLowerCase().match(/[a-z]+/g) ?? []).filter((word) => words.includes(word)));
  return named.size === 1 ? String(words.indexOf([...named][0] ?? "")) : undefined;
}

/** The word it begins with, else the only one of the two that occurs; "not valid" is the other one. */
function verdictIn(plain: string, [positive = "", negative = ""]: readonly string[]): string | undefined {
  const text = plain.replaceAll(new RegExp(`\\bnot (?:\\w+ly )?${positive}\\b`, "g"), negative);
  const leading = new RegExp(`^[\\s"'“(]*(${positive}|${negative})\\b`).exec(text)?.[1];
  const offersBoth = new RegExp(`^\\W*(?:${positive}|${negative})\\W+(?:or|and)\\W+(?:${positive}|${negative})\\b`);
  if (leading !== undefined) return offersBoth.test(text) ? undefined : leading;
  const occurring = [positive, negative].filter((word) => new RegExp(`\\b${word}\\b`).test(text));
  return occurring.length === 1 ? occurring[0] : undefined;
}

const commands: readonly (readonly [RegExp, string])[] = [
  [/\\(?:left|right)(?=\W)/g, ""],
  [/\\lbrace\b/g, "{"],
  [/\\rbrace\b/g, "}"],
  [/\\langle\b/g, "<"],
  [/\\rangle\b/g, ">"],
  [/\\([{}])/g, "$1"],
  [/\\(?:[,;:! ]|q?quad\b)/g, " "],
];

/** Braces are data here; a trailing run of brackets after prose counts. */
function bracketsIn(segment: string): string | undefined {
  const text = commands.reduce((left, [pattern, by]) => left.replaceAll(pattern, by), segment);
  const bare = text.replaceAll(/[*`$"'“”,.;]|\\text(?=\{)/g, "");
  const run = /(?:^|[\w:\s])([\s()[\]{}<>]+)$/.exec(bare)?.[1]?.replaceAll(/\s/g, "");
  return run === undefined || run === "" ? undefined : run;
}

/** As many words as the key has, from this line or from the lines of a list that follows it. */
function wordsIn(segment: string, rest: string, wanted: number): string | undefined {
  const here = listed(withoutBullet(segment));
  if (here.length > 1 || rest === "") return joined(here);
  const lines = `${segment}\n${rest}`.split("\n").slice(0, 2 * wanted + 2);
  const words = lines.flatMap((line) => listed(withoutBullet(line)));
  return joined(words.length > here.length && words.length <= wanted ? words : here);
}

const withoutBullet = (line: string): string => line.replace(/^\s*(?:[-*•]|\d+[.)])\s+/, "");

function listed(text: string): string[] {
  return plainSegment(text)
    .toLowerCase()
    .split(/[\s,;]+|->|→/)
    .map((word) => word.replaceAll(/^["'“‘([]+|["'”’)\].]+$/g, ""))
    .filter((word) => word !== "");
}

const joined = (words: readonly string[]): string | undefined => (words.length > 0 ? words.join(" ") : undefined);

function freeText(segment: string): string | undefined {
  const text = plainSegment(segment)
    .toLowerCase()
    .replaceAll(/^[\s"'“‘(]+|[\s"'”’).!]+$/g, "");
  return text === "" ? undefined : text;
}
