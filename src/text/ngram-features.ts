/**
 * Text → counts of hashed n-grams: words, pairs of neighbouring words, character n-grams.
 *
 * The hashes run over UTF-16 units in one buffer, so no string is made per n-gram. Every kind starts from its own
 * basis, so the word "the" and the characters "the" are two features (until the table folds them, as it may).
 *
 * Reference: Weinberger et al., "Feature Hashing for Large Scale Multitask Learning", 2009, arXiv:0902.2206
 * (without the random sign: log-counts need counts).
 */
import { headAndTail } from "./head-and-tail.ts";
import type { NgramOptions } from "./ngram-options.ts";

/** What one text counted. The arrays are scratch: valid until the next call. */
export interface FeatureCounts {
  /** How many distinct buckets; the arrays are filled this far. */
  readonly size: number;
  /** Distinct buckets in order of first appearance. */
  readonly buckets: Int32Array;
  /** How often each was met. */
  readonly counts: Float32Array;
}

const prime = 0x01000193;
const basis = {
  word: 0x811c9dc5,
  pair: 0x2f0b4a27,
  character: 0x5bd1e995,
} as const;
const space = 32;

/** A counter with its own scratch memory; not to be shared between threads. */
export function ngramCounter(options: NgramOptions): (text: string) => FeatureCounts {
  const tally = bucketTally(options.buckets);
  const units = new Uint16Array(options.characterBudget * 2 + 2);
  const words = new Int32Array(units.length);
  return (text) => {
    tally.reset();
    const length = fillUnits(text, options.characterBudget, units);
    const wordCount = hashWords(units, length, words);
    countWords(words, wordCount, options, tally);
    if (options.boundaries === "word") countInsideWords(units, length, options, tally);
    else countAcross(units, length, options, tally);
    return tally.take();
  };
}

interface Tally {
  reset(): void;
  add(hash: number): void;
  take(): FeatureCounts;
}

function bucketTally(buckets: number): Tally {
  const shift = 32 - Math.log2(buckets);
  const slotOf = new Int32Array(buckets).fill(-1);
  const touched = new Int32Array(buckets);
  const counts = new Float32Array(buckets);
  let size = 0;
  return {
    reset() {
      for (let i = 0; i < size; i++) slotOf[touched[i]!] = -1;
      size = 0;
    },
    add(hash) {
      // The multiply spreads low bits upwards and the top bits are kept: FNV's own top bits are weak for short keys.
      const bucket = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b) >>> shift;
      const slot = slotOf[bucket]!;
      if (slot >= 0) {
        counts[slot]! += 1;
        return;
      }
      slotOf[bucket] = size;
      touched[size] = bucket;
      counts[size++] = 1;
    },
    take: () => ({ size, buckets: touched, counts }),
  };
}

/** Lower case, NFKC, runs of white space folded to one space, one space at both ends. Returns the length; 0 if blank. */
function fillUnits(text: string, budget: number, units: Uint16Array): number {
  // NFKC may lengthen a text (a ligature becomes letters), so the cut is made again after it.
  const plain = headAndTail(headAndTail(text, budget).normalize("NFKC").toLowerCase(), units.length - 2);
  let length = 1;
  units[0] = space;
  for (let i = 0; i < plain.length; i++) {
    const unit = plain.charCodeAt(i);
    const isSpace = unit === space || (unit >= 9 && unit <= 13) || unit === 0x2028 || unit === 0x2029;
    if (!isSpace) units[length++] = unit;
    else if (units[length - 1] !== space) units[length++] = space;
  }
  if (units[length - 1] !== space) units[length++] = space;
  return length === 1 ? 0 : length;
}

/** The hash of every word (a run of letters, digits, marks and underscores), in order. Returns how many. */
function hashWords(units: Uint16Array, length: number, words: Int32Array): number {
  const isWordUnit = wordUnits();
  let count = 0;
  let hash: number = basis.word;
  let inside = false;
  for (let i = 0; i < length; i++) {
    const unit = units[i]!;
    if (isWordUnit[unit] === 1) {
      hash = Math.imul(hash ^ unit, prime);
      inside = true;
    } else if (inside) {
      words[count++] = hash;
      hash = basis.word;
      inside = false;
    }
  }
  return count;
}

function countWords(words: Int32Array, count: number, options: NgramOptions, tally: Tally): void {
  for (let i = 0; i < count; i++) {
    tally.add(words[i]!);
    if (options.wordPairs && i > 0) tally.add(joined(joined(basis.pair, words[i - 1]!), words[i]!));
  }
}

/** Character n-grams of each stretch between two spaces, both spaces included (scikit-learn's `char_wb`). */
function countInsideWords(units: Uint16Array, length: number, options: NgramOptions, tally: Tally): void {
  const { minimumCharacters: shortest, maximumCharacters: longest } = options;
  for (let start = 0; start < length - 1; start++) {
    let hash: number = basis.character;
    const end = Math.min(start + longest, length);
    for (let i = start; i < end; i++) {
      const unit = units[i]!;
      hash = Math.imul(hash ^ unit, prime);
      if (i - start + 1 >= shortest) tally.add(hash);
      if (unit === space && i > start) break;
    }
  }
}

/** Character n-grams of the whole text, across words. */
function countAcross(units: Uint16Array, length: number, options: NgramOptions, tally: Tally): void {
  const { minimumCharacters: shortest, maximumCharacters: longest } = options;
  for (let start = 0; start < length; start++) {
    let hash: number = basis.character;
    const end = Math.min(start + longest, length);
    for (let i = start; i < end; i++) {
      hash = Math.imul(hash ^ units[i]!, prime);
      if (i - start + 1 >= shortest) tally.add(hash);
    }
  }
}

function joined(left: number, right: number): number {
  return Math.imul(Math.imul(left ^ (right & 0xffff), prime) ^ (right >>> 16), prime);
}

let wordUnitTable: Uint8Array | undefined;

/** 1 for every UTF-16 unit that is part of a word; surrogates count, so that words beyond the first plane hold. */
function wordUnits(): Uint8Array {
  if (wordUnitTable) return wordUnitTable;
  const table = new Uint8Array(0x10000);
  const letter = /[\p{L}\p{N}\p{M}_]/u;
  for (let unit = 0; unit < 0x10000; unit++) {
    const surrogate = unit >= 0xd800 && unit <= 0xdfff;
    if (surrogate || letter.test(String.fromCharCode(unit))) table[unit] = 1;
  }
  wordUnitTable = table;
  return table;
}
