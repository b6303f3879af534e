import { describe, expect, test } from "vitest";
import { seededRandom } from "./random.ts";
import { exponential, logOfOnePlus } from "./same-everywhere.ts";

/** How many doubles lie between two of the same sign. */
function unitsApart(a: number, b: number): number {
  const [first = 0n, second = 0n] = new BigInt64Array(Float64Array.of(a, b).buffer);
  return Math.abs(Number(first - second));
}

describe("functions with the same bits everywhere", () => {
  test("e^x is within one unit of the engine's, over the whole range", () => {
    const random = seededRandom("exponential");
    const arguments_ = Array.from({ length: 20_000 }, (_, i) => (random.uniform() - 0.5) * [2, 20, 1480][i % 3]!);
    const worst = Math.max(...arguments_.map((x) => unitsApart(exponential(x), Math.exp(x))));
    expect(worst).toBeLessThanOrEqual(1);
  });

  test("e^x at the edges", () => {
    expect([-Infinity, -746, 0, -0, 1e-300, 710, Infinity, NaN].map(exponential)).toEqual([
      0,
      0,
      1,
      1,
      1,
      Infinity,
      Infinity,
      NaN,
    ]);
    expect(unitsApart(exponential(709.78), Math.exp(709.78))).toBeLessThanOrEqual(1);
    expect(unitsApart(exponential(-745.13), Math.exp(-745.13))).toBeLessThanOrEqual(1);
  });

  test("log(1 + n) is within one unit of the engine's for small and large counts", () => {
    const counts = [...Array(20_000).keys(), ...Array.from({ length: 25 }, (_, i) => 2 ** i), 2 ** 24 - 1];
    const worst = Math.max(...counts.map((n) => unitsApart(logOfOnePlus(n), Math.log1p(n))));
    expect(worst).toBeLessThanOrEqual(1);
  });

  test("the bits are those that were written down", () => {
    const bits = [exponential(-0.7), exponential(3.3), logOfOnePlus(2), logOfOnePlus(1000)].map((value) =>
      new BigUint64Array(Float64Array.of(value).buffer)[0]!.toString(16),
    );
    expect(bits).toEqual(["3fdfc80db9dd5542", "403b1cd5e7807b7b", "3ff193ea7aad030a", "401ba2909ce4f864"]);
  });
});
