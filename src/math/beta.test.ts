import { describe, expect, test } from "vitest";
import { drawBeta } from "./beta.ts";
import { seededRandom } from "./random.ts";
import { mean } from "./stats.ts";

const draws = 20_000;

describe.each([
  [0.3, 0.6],
  [1, 1],
  [2.5, 0.5],
  [30, 70],
])("Beta(%d, %d)", (a, b) => {
  const random = seededRandom("beta", a, b);
  const drawn = Array.from({ length: draws }, () => drawBeta(a, b, random));

  test("has mean a/(a + b) and variance ab/((a + b)²(a + b + 1))", () => {
    const center = a / (a + b);
    const variance = (center * (1 - center)) / (a + b + 1);
    const off = 5 * Math.sqrt(variance / draws);
    expect(Math.abs(mean(drawn) - center)).toBeLessThan(off);
    expect(mean(drawn.map((value) => (value - center) ** 2)) / variance).toBeCloseTo(1, 1);
  });

  test("stays in 0 … 1, and the same seed draws the same", () => {
    expect(Math.min(...drawn)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...drawn)).toBeLessThanOrEqual(1);
    const again = seededRandom("beta", a, b);
    expect(drawBeta(a, b, again)).toBe(drawn[0]);
  });
});

test("a shape so small that its power underflows still gives a chance, in the right share", () => {
  const random = seededRandom("beta", "tiny");
  const drawn = Array.from({ length: 2000 }, () => drawBeta(1e-5, 3e-5, random));
  expect(drawn.some(Number.isNaN)).toBe(false);
  expect(Math.abs(mean(drawn) - 0.25)).toBeLessThan(0.05);
});
