import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { headAndTail } from "./head-and-tail.ts";
import { ngramCounter } from "./ngram-features.ts";
import { type NgramOptionsInput, ngramOptionsSchema } from "./ngram-options.ts";

function counted(text: string, options: NgramOptionsInput = {}): Map<number, number> {
  const { size, buckets, counts } = ngramCounter(ngramOptionsSchema.parse({ buckets: 2 ** 20, ...options }))(text);
  return new Map(Array.from({ length: size }, (_, i) => [buckets[i]!, counts[i]!]));
}

const total = (features: Map<number, number>): number => [...features.values()].reduce((sum, n) => sum + n, 0);

describe("ngram features", () => {
  it("counts words, pairs and character n-grams inside a word and its spaces", () => {
    // " ab cd ": 2 words, 1 pair, and of each of " ab " and " cd " the 3-grams " ab", "ab " and the 4-gram " ab ".
    expect(total(counted("ab cd"))).toBe(2 + 1 + 2 * 3);
  });

  it("lets character n-grams run across words when asked to", () => {
    // " ab cd " has 7 units: 5 three-grams, 4 four-grams, 3 five-grams.
    expect(total(counted("ab cd", { boundaries: "none" }))).toBe(2 + 1 + 5 + 4 + 3);
  });

  it("is blind to case, white space and compatibility forms", () => {
    expect(counted("  The\tﬁne \n ＤＡＹ ")).toEqual(counted("the fine day"));
  });

  it("tells the order of words by their pairs", () => {
    expect(counted("dog bites man")).not.toEqual(counted("man bites dog"));
  });

  it("finds nothing in an empty or blank text", () => {
    expect(counted("").size).toBe(0);
    expect(counted(" \n\t ").size).toBe(0);
  });

  it("reads words of any script and beyond the first plane", () => {
    expect(counted("漢字 かな").size).toBeGreaterThan(3);
    expect(counted("𝒜𐍈").size).toBeGreaterThan(0);
  });

  it("gives a text the same counts whatever was counted before", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (before, text) => {
        const counter = ngramCounter(ngramOptionsSchema.parse({}));
        counter(before);
        const { size, buckets, counts } = counter(text);
        const fresh = ngramCounter(ngramOptionsSchema.parse({}))(text);
        expect(buckets.slice(0, size)).toEqual(fresh.buckets.slice(0, fresh.size));
        expect(counts.slice(0, size)).toEqual(fresh.counts.slice(0, fresh.size));
      }),
    );
  });

  it("spreads words evenly over the buckets", () => {
    const counter = ngramCounter(ngramOptionsSchema.parse({ minimumCharacters: 16, maximumCharacters: 16 }));
    const { size } = counter(Array.from({ length: 3000 }, (_, i) => `w${i}`).join("\n"));
    // 6,000 keys (words and pairs) thrown at random into 32,768 buckets hit 32,768 (1 − e^(−6000/32768)) ≈ 5,483.
    expect(Math.abs(size - 5483)).toBeLessThan(120);
  });
});

describe("head and tail", () => {
  it("keeps the first two thirds and the last third of the budget", () => {
    expect(headAndTail("abcdefghijklmnopqrstuvwxyz", 9)).toBe("abcdefxyz");
    expect(headAndTail("abcdefghi", 9)).toBe("abcdefghi");
  });

  it("never cuts a surrogate pair in two", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", minLength: 20 }), fc.integer({ min: 3, max: 19 }), (text, budget) => {
        const cut = headAndTail(text, budget);
        expect(cut.length).toBeLessThanOrEqual(Math.max(text.length, budget));
        expect(() => encodeURIComponent(cut)).not.toThrow(); // throws on half a pair
      }),
    );
  });
});
