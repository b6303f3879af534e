import { assert, integer, property } from "fast-check";
import { describe, expect, test } from "vitest";
import { mersenneTwister } from "./mersenne-twister.ts";

const numbers = (text: string): number[] => text.split(" ").map(Number);
const range = (n: number): number[] => [...Array(n).keys()];

// All expected values are CPython's own; the table stands in the spec of data and metrics, §4.1.
describe("Python's generator", () => {
  test.each([
    [0, "3626764237 1654615998 3255389356"],
    [42, "2746317213 478163327 107420369 3184935163 1181241943 1051802512"],
    [-42, "2746317213 478163327 107420369"],
    [3407, "244111517 1800916962 569954085"],
    [2 ** 32 + 5, "675479763 2085189291 1213270837"],
  ])("seed %d starts with the bits CPython draws", (seed, expected) => {
    const generator = mersenneTwister(seed);
    expect(numbers(expected).map(() => generator.nextU32())).toEqual(numbers(expected));
  });

  test.each([
    [42, "7 3 2 8 5 6 9 4 0 1"],
    [999, "5 6 4 0 2 9 3 7 8 1"],
    [2024, "6 0 9 8 3 5 1 4 2 7"],
    [2025, "3 5 6 2 0 4 9 7 1 8"],
    [3407, "9 5 4 8 3 1 7 2 6 0"],
  ])("seed %d shuffles 0 … 9 as CPython does", (seed, expected) => {
    expect(mersenneTwister(seed).shuffle(range(10))).toEqual(numbers(expected));
  });

  test("a second shuffle goes on where the first stopped", () => {
    const generator = mersenneTwister(42);
    expect(generator.shuffle(range(60)).slice(0, 10)).toEqual(numbers("38 23 54 11 16 20 55 58 33 19"));
    expect(generator.shuffle(range(5))).toEqual(numbers("1 0 3 2 4"));
  });

  test("two data sets of 10 and 5 prompts shuffle as recorded", () => {
    const generator = mersenneTwister(42);
    generator.shuffle(range(10));
    expect(generator.shuffle(range(5))).toEqual(numbers("1 2 0 3 4"));
    expect(mersenneTwister(42).shuffle(range(5))).toEqual(numbers("3 1 2 4 0"));
  });

  test.each([
    [20, "3 0 8 7 7 4 3 17 2 18"],
    [3, "2 0 0 2 1 0 0 0 2 0 2 2"],
    [13, "10 1 0 11 4 3 3 2"],
  ])("seed 42 chooses among %d items as CPython does", (length, expected) => {
    const generator = mersenneTwister(42);
    expect(numbers(expected).map(() => generator.choice(range(length)))).toEqual(numbers(expected));
  });

  test("getrandbits takes the high bits", () => {
    const generator = mersenneTwister(42);
    expect(range(5).map(() => generator.getrandbits(5))).toEqual(numbers("20 3 0 23 8"));
  });

  test("a shuffle is a permutation and leaves its argument alone", () => {
    assert(
      property(integer(), integer({ min: 0, max: 700 }), (seed, n) => {
        const items = Object.freeze(range(n));
        expect(
          mersenneTwister(seed)
            .shuffle(items)
            .toSorted((a, b) => a - b),
        ).toEqual(items);
      }),
      { numRuns: 30 },
    );
  });

  test("an empty choice and more than 32 bits are refused", () => {
    expect(() => mersenneTwister(1).choice([])).toThrow(RangeError);
    expect(() => mersenneTwister(1).getrandbits(33)).toThrow(RangeError);
  });
});
