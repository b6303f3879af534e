import { assert, constantFrom, integer, nat, property } from "fast-check";
import { describe, expect, test } from "vitest";
import sklearn from "../../test/fixtures/sklearn/kmeans.json" with { type: "json" };
import { kMeans, kMeansPoints, kMeansRestart, leastInertia } from "./kmeans.ts";
import { kMeansPlusPlus } from "./kmeans-plus-plus.ts";
import { lloydTwin } from "./lloyd-twin.ts";
import { lloyd } from "./lloyd.ts";
import type { Matrix32 } from "./matrix.ts";
import { fromRows, matrix32, row, selectRows } from "./matrix.ts";
import type { Random } from "./random.ts";
import { permutation, seededRandom } from "./random.ts";
import { toMatrix32 } from "../../test/support/matrices.ts";

const stream = (restart: number): Random => seededRandom("test", restart);

/** Points around `islands` centres; `spread` 0 puts them exactly there. */
function islands(rows: number, cols: number, count: number, spread: number, seed: number): Matrix32 {
  const random = seededRandom("islands", seed);
  const centres = Float32Array.from({ length: count * cols }, () => random.normal());
  const data = Float32Array.from({ length: rows * cols }, (_, p) => {
    const island = Math.floor(p / cols) % count;
    return centres[island * cols + (p % cols)]! + spread * random.normal();
  });
  return { rows, cols, data };
}

describe("the pruned kernel", () => {
  test("gives the labels, centres and steps of the plain algorithm", () => {
    assert(
      property(
        integer({ min: 1, max: 150 }),
        integer({ min: 1, max: 40 }),
        integer({ min: 1, max: 20 }),
        constantFrom(0.05, 0.5, 1, 3),
        constantFrom(0, 1e-4),
        nat(),
        (n, d, k, spread, tolerance, seed) => {
          const points = kMeansPoints(islands(n, d, 7, spread, seed));
          const picks = permutation(n, seededRandom(seed)).subarray(0, Math.min(n, k));
          const start = selectRows(points.centred, picks);
          const largestShift = tolerance * points.meanColumnVariance;
          const settings = { maxIterations: 50, largestShift, signal: undefined };
          const expected = lloydTwin(points, start, settings);
          const actual = lloyd(points, start, settings);
          expect(actual.labels).toEqual(expected.labels);
          expect(actual.iterations).toBe(expected.iterations);
          expect(Math.abs(actual.inertia - expected.inertia)).toBeLessThanOrEqual(1e-6 * expected.inertia + 1e-9);
          for (let p = 0; p < start.data.length; p++) {
            expect(actual.centres.data[p]).toBeCloseTo(expected.centres.data[p]!, 5);
          }
        },
      ),
      { numRuns: 150 },
    );
  });

  test("fills empty clusters as the plain algorithm does", () => {
    const points = kMeansPoints(islands(90, 12, 5, 0.4, 3));
    const start = selectRows(points.centred, [0, 1, 2, 3, 4, 5, 6, 7]);
    start.data.fill(9, 5 * 12); // the last three centres are far from all points and equal
    const settings = { maxIterations: 50, largestShift: 0, signal: undefined };
    const expected = lloydTwin(points, start, settings);
    const actual = lloyd(points, start, settings);
    expect(actual.labels).toEqual(expected.labels);
    expect(new Set(actual.labels).size).toBe(8);
  });

  test("holds for wide rows that barely differ from each other", () => {
    const data = islands(400, 384, 30, 1.5, 8);
    const points = kMeansPoints(data);
    const start = selectRows(points.centred, permutation(400, seededRandom(1)).subarray(0, 33));
    const settings = { maxIterations: 30, largestShift: 0, signal: undefined };
    expect(lloyd(points, start, settings).labels).toEqual(lloydTwin(points, start, settings).labels);
  });
});

describe("kMeans", () => {
  test("finds the islands", () => {
    const points = islands(120, 6, 4, 0.02, 5);
    const { labels, centroids, inertia } = kMeans(points, { clusters: 4 }, stream);
    expect(centroids.rows).toBe(4);
    for (let i = 4; i < 120; i++) expect(labels[i]).toBe(labels[i % 4]);
    expect(inertia).toBeLessThan(1);
  });

  test("one cluster is the mean of all rows", () => {
    const points = toMatrix32(
      fromRows([
        [1, 5],
        [3, 7],
        [8, 0],
      ]),
    );
    const { centroids, labels } = kMeans(points, { clusters: 1 }, stream);
    expect([...centroids.data]).toEqual([4, 4]);
    expect([...labels]).toEqual([0, 0, 0]);
  });

  test("K is cut to the number of distinct rows", () => {
    const points = selectRows(islands(5, 3, 5, 1, 1), [0, 1, 2, 0, 1, 2, 2]);
    const { centroids, inertia } = kMeans(points, { clusters: 6 }, stream);
    expect(centroids.rows).toBe(3);
    expect(inertia).toBeCloseTo(0, 6);
  });

  test("nothing to cluster gives no centroids", () => {
    expect(kMeans(matrix32(0, 4), { clusters: 3 }, stream).centroids).toEqual(matrix32(0, 4));
  });

  test("restarts spread over several workers give the same result as one call", () => {
    const points = islands(200, 10, 9, 1, 4);
    const whole = kMeans(points, { clusters: 12, restarts: 4 }, stream);
    const restarts = [3, 1, 2, 0].map((r) => ({
      r,
      result: kMeansRestart(kMeansPoints(points), { clusters: 12 }, stream(r)),
    }));
    const best = leastInertia(restarts.toSorted((a, b) => a.r - b.r).map(({ result }) => result));
    expect(best).toEqual(whole);
  });

  test("seeding picks different rows", () => {
    const points = kMeansPoints(islands(60, 8, 6, 0.1, 2));
    const seeds = kMeansPlusPlus(points, 6, seededRandom(1));
    const keys = new Set(Array.from({ length: 6 }, (_, j) => row(seeds, j).join()));
    expect(keys.size).toBe(6);
  });

  test("an aborted signal stops it, and numbers that are not finite are refused", () => {
    const points = islands(20, 3, 2, 1, 1);
    expect(() => kMeans(points, { clusters: 2, signal: AbortSignal.abort() }, stream)).toThrow("abort");
    points.data[7] = NaN;
    expect(() => kMeans(points, { clusters: 2 }, stream)).toThrow("row 2");
  });
});

// test/fixtures/sklearn/make.py made these with scikit-learn's KMeans.
test.each(sklearn.cases)("agrees with scikit-learn from the same start: $name", (known) => {
  const points = toMatrix32(fromRows(known.points));
  const initialCentres = toMatrix32(fromRows(known.start));
  const result = kMeans(points, { clusters: known.start.length, initialCentres }, stream);
  expect([...result.labels]).toEqual(known.labels);
  expect(result.iterations).toBe(known.iterations);
  expect(result.inertia / known.inertia).toBeCloseTo(1, 4);
  known.centroids.flat().forEach((value, p) => {
    expect(result.centroids.data[p]).toBeCloseTo(value, 4);
  });
});
