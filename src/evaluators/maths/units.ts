/** What a number is a number of: "cm", "miles per hour", "m/s^2", "square units", "apples". */
import { multiply, power, rational, rationalFromText, type Rational } from "./rational.ts";
import { findUnit, spelledOut } from "./unit-table.ts";

export interface Unit {
  /** base measures and words not known, each with its power, sorted */
  readonly measures: string;
  /** how many base units one of it is */
  readonly size: Rational;
  /** the words as written, stemmed: what unknown units are compared by */
  readonly words: ReadonlySet<string>;
}

/** They count or qualify, and measure nothing. */
const empty = new Set([
  "unit",
  "units",
  "approximately",
  "approx",
  "about",
  "exactly",
  "of",
  "the",
  "a",
  "an",
  "in",
  "each",
  "total",
]);
const powersBefore: Readonly<Record<string, number>> = { square: 2, sq: 2, cubic: 3, cu: 3 };
const powersAfter: Readonly<Record<string, number>> = { squared: 2, cubed: 3 };

interface Tally {
  readonly measures: Map<string, number>;
  readonly words: Set<string>;
  size: Rational;
}

/** Reads a unit; undefined where nothing is measured ("units"). */
export function readUnit(text: string): Unit | undefined {
  const words = wordsOf(text);
  const tally: Tally = { measures: new Map(), words: new Set(), size: rational(1n) };
  let sign = 1;
  let next = 1;
  for (const [index, word] of words.entries()) {
    const lower = word.toLowerCase();
    if (word === "/" || lower === "per") sign = -1;
    else if (powersBefore[lower]) next = powersBefore[lower];
    else if (!silent(lower)) {
      count(tally, word, sign * next * exponentAfter(words, index));
      next = 1;
    }
  }
  if (tally.words.size === 0) return undefined;
  const named = [...tally.measures].filter(([, exponent]) => exponent !== 0);
  const measures = named
    .map(([name, exponent]) => `${name}^${exponent}`)
    .sort()
    .join(" ");
  return { measures, size: scaled(tally.size, words), words: tally.words };
}

function wordsOf(text: string): string[] {
  const spelled = spelledOut.reduce((soFar, [from, to]) => soFar.replace(from, to), text);
  return spelled
    .replace(/[().,]/g, " ")
    .replace(/([*/^])/g, " $1 ")
    .split(/\s+/)
    .filter(Boolean);
}

/** Neither a unit nor a word that tells one count from another. */
function silent(word: string): boolean {
  return empty.has(word) || powersAfter[word] !== undefined || /^[*^]$|^-?\d+$/.test(word);
}

function count(tally: Tally, word: string, exponent: number): void {
  const unit = findUnit(word);
  const name = unit?.measure ?? stem(word.toLowerCase());
  for (const [base, each] of baseMeasures(name)) {
    tally.measures.set(base, (tally.measures.get(base) ?? 0) + exponent * each);
  }
  if (unit) tally.size = multiply(tally.size, power(rationalFromText(unit.size), BigInt(exponent)) ?? tally.size);
  tally.words.add(name);
}

/** "m^2", "m squared": the exponent that follows the word, 1 where none does. */
function exponentAfter(words: readonly string[], index: number): number {
  const next = words[index + 1]?.toLowerCase();
  if (next === "^") return Math.min(9, Math.max(-9, Number(words[index + 2]))) || 1;
  return powersAfter[next ?? ""] ?? 1;
}

/** A litre is a cubic decimetre. */
function baseMeasures(measure: string): readonly (readonly [string, number])[] {
  if (measure === "volume") return [["length", 3]];
  return [[measure, 1]];
}

function scaled(size: Rational, words: readonly string[]): Rational {
  const litres = words.filter((word) => findUnit(word)?.measure === "volume").length;
  return litres === 0 ? size : multiply(size, power(rational(1n, 1000n), BigInt(litres)) ?? size);
}

function stem(word: string): string {
  return word.length > 3 ? word.replace(/ies$/, "y").replace(/(?<=[^s])s$/, "") : word;
}

/** One unit's words may be a part of the other's: "ways" and "possible ways". Known measures must agree. */
export function compatible(a: Unit, b: Unit): boolean {
  if (a.measures === b.measures) return true;
  if ([...a.words, ...b.words].some((word) => findUnit(word) !== undefined || isMeasure(word))) return false;
  const [few, many] = a.words.size <= b.words.size ? [a.words, b.words] : [b.words, a.words];
  return [...few].every((word) => many.has(word));
}

const measureNames =
  /^(?:length|mass|time|month|volume|money|euro|pound sterling|force|energy|power|voltage|current|charge|resistance|pressure|frequency|temperature|substance|radian)$/;

const isMeasure = (word: string): boolean => measureNames.test(word);
