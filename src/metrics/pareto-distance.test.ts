import * as fc from "fast-check";
import { expect, test } from "vitest";
import { paretoDistance, paretoDistances } from "./pareto-distance.ts";
import { exampleSweep, points } from "../../test/support/spec-fixture.ts";

test("m2 is 0.0167 and m3 0.9578 from the frontier of the example (§5.8)", () => {
  const { pool, comparison } = exampleSweep();
  const [m1, m2, m3] = paretoDistances(pool, comparison);
  expect(m1).toBe(0);
  expect(m2).toBeCloseTo(0.0166666667, 9);
  expect(m3).toBeCloseTo(0.957826285, 9);
});

test("the pool is at 0.3248 on average, the method on the frontier at 0 (§5.8)", () => {
  const sweep = exampleSweep();
  expect(paretoDistance.compute({ ...sweep, points: sweep.pool })).toBeCloseTo(0.324830984, 9);
  expect(paretoDistance.compute(sweep)).toBeCloseTo(0, 12);
});

test("an axis without range counts 0", () => {
  const flat = points([1, 0.5], [1, 0.4]);
  expect(paretoDistances(flat, flat)).toEqual([0, 1]);
  const one = points([1, 0.5]);
  expect(paretoDistances(one, one)).toEqual([0]);
});

test("distances are never negative, and scaling all costs changes none", () => {
  const coordinate = fc.integer({ min: 1, max: 50 });
  const anyPoints = fc.array(fc.tuple(coordinate, coordinate), { minLength: 2 });
  fc.assert(
    fc.property(anyPoints, (pairs) => {
      const plain = points(...pairs.map(([cost, acc]): [number, number] => [cost, acc / 50]));
      const dearer = plain.map(({ costUsd, avgAcc }) => ({ costUsd: costUsd * 1000, avgAcc }));
      paretoDistances(dearer, dearer).forEach((distance, i) => {
        expect(distance).toBeGreaterThanOrEqual(0);
        expect(distance).toBeCloseTo(paretoDistances(plain, plain)[i]!, 9);
      });
    }),
  );
});
