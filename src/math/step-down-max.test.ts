import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { matrix } from "./matrix.ts";
import type { Matrix } from "./matrix.ts";
import { seededRandom } from "./random.ts";
import { stepDownMax } from "./step-down-max.ts";
import type { ColumnPair } from "./step-down-max.ts";

/** Draws of `means` with independent, about normal noise. [draws, means] */
function noisy(means: readonly number[], draws: number, seed: string): Matrix {
  const random = seededRandom("step-down", seed);
  const out = matrix(draws, means.length);
  const noise = (): number => Array.from({ length: 12 }, () => random.nextU32() / 2 ** 32).reduce((a, b) => a + b) - 6;
  for (let i = 0; i < out.data.length; i++) out.data[i] = means[i % means.length]! + noise();
  return out;
}

function allPairs(count: number): ColumnPair[] {
  return Array.from({ length: count }, (_, a) => a).flatMap((a) =>
    Array.from({ length: count - a - 1 }, (_, i): ColumnPair => [a, a + i + 1]),
  );
}

describe("the step-down maximum", () => {
  test("of one pair counts the draws that are as far from the difference as it is from 0", () => {
    // Differences 3, 1, 2, 2 around an observed 2: in their standard error √0.5 they deviate by √2, √2, 0, 0; the size is √8.
    const draws = { rows: 4, cols: 2, data: Float64Array.from([3, 0, 1, 0, 2, 0, 2, 0]) };
    expect(stepDownMax([2, 0], draws, [[0, 1]])).toEqual([1 / 5]);
    expect(stepDownMax([1, 0], draws, [[0, 1]])).toEqual([4 / 5]);
  });

  test("finds a difference among hundreds of pairs that Bonferroni could never find", () => {
    const means = Array.from({ length: 23 }, (_, j) => (j === 0 ? 20 : 0));
    const pairs = allPairs(23);
    const adjusted = stepDownMax(means, noisy(means, 10_000, "clear"), pairs);
    const [clear, rest] = [0, 1].map((of) => adjusted.filter((_, i) => (pairs[i]![0] === 0 ? 0 : 1) === of));
    expect(Math.max(...clear!)).toBe(1 / 10_001);
    expect(Math.min(...rest!)).toBeGreaterThan(0.5);
  });

  test("where nothing differs, finds something in about one of twenty data sets", () => {
    const nulls = 400;
    let found = 0;
    for (let seed = 0; seed < nulls; seed++) {
      const observed = [...noisy([0, 0, 0, 0, 0, 0], 1, `data ${seed}`).data];
      const adjusted = stepDownMax(observed, noisy(observed, 400, `draws ${seed}`), allPairs(6));
      if (Math.min(...adjusted) < 0.05) found++;
    }
    // 0.05 ± 3 standard errors of a share of 400.
    expect(found / nulls).toBeGreaterThan(0.017);
    expect(found / nulls).toBeLessThan(0.083);
  });

  test("p lies between that of the pair alone and 1, and clearer differences never have a larger one", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: 2, maxLength: 6 }), (means) => {
        const draws = noisy(means, 200, "property");
        const pairs = allPairs(means.length);
        const adjusted = stepDownMax(means, draws, pairs);
        pairs.forEach((pair, i) => {
          expect(adjusted[i]).toBeGreaterThanOrEqual(stepDownMax(means, draws, [pair])[0]!);
          expect(adjusted[i]).toBeLessThanOrEqual(1);
        });
        expect(stepDownMax(means, draws, pairs.toReversed())).toEqual(adjusted.toReversed());
      }),
      { numRuns: 50 },
    );
  });

  test("columns that are equal in every draw do not differ; a difference that never varies is as sure as draws can make it", () => {
    const draws = { rows: 99, cols: 3, data: Float64Array.from({ length: 297 }, (_, i) => (i % 3 === 2 ? 1 : 0)) };
    const pairs: ColumnPair[] = [
      [0, 1],
      [0, 2],
    ];
    expect(stepDownMax([0, 0, 1], draws, pairs)).toEqual([1, 0.01]);
    expect(stepDownMax([0, 0, 1], { rows: 0, cols: 3, data: new Float64Array(0) }, pairs)).toEqual([NaN, NaN]);
  });
});
