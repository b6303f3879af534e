import { describe, expect, test } from "vitest";
import { seededRandom } from "./random.ts";
import { smirnovHigher } from "./smirnov.ts";

const sorted = (values: readonly number[]): Float64Array => Float64Array.from(values).toSorted();

describe("Smirnov's one-sided test", () => {
  test("gives the largest excess of the first distribution, and its limiting p", () => {
    // F₁ − F₂ at 1: 1/4; at 2: 2/4 − 1/3; at 3: 3/4 − 1/3; at 4: 1 − 1/3 = 2/3, the largest.
    const { statistic, pValue } = smirnovHigher(sorted([1, 2, 3, 4]), sorted([2, 5, 6]));
    expect(statistic).toBeCloseTo(2 / 3, 12);
    expect(pValue).toBeCloseTo(Math.exp((-2 * (4 / 9) * 12) / 7), 12);
  });

  test("sees nothing where the second lies lower, is the same, or is empty", () => {
    expect(smirnovHigher(sorted([3, 4]), sorted([1, 2])).pValue).toBe(1);
    expect(smirnovHigher(sorted([1, 1, 2]), sorted([1, 1, 2])).pValue).toBe(1);
    expect(smirnovHigher(sorted([]), sorted([1])).pValue).toBe(1);
    expect(smirnovHigher(sorted([1]), sorted([])).pValue).toBe(1);
  });

  test.each([0.2, 0.05, 0.01])("raises no more false alarms than the level %d promises", (level) => {
    const random = seededRandom("smirnov", level);
    const draw = (count: number): Float64Array => sorted(Array.from({ length: count }, () => random.normal()));
    const runs = 2000;
    let alarms = 0;
    for (let run = 0; run < runs; run++) alarms += Number(smirnovHigher(draw(200), draw(50)).pValue < level);
    expect(alarms / runs).toBeLessThan(level + 3 * Math.sqrt((level * (1 - level)) / runs));
    expect(alarms).toBeGreaterThan(0);
  });
});
