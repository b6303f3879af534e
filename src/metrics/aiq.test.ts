import { expect, test } from "vitest";
import { aiq, averageQuality } from "./aiq.ts";
import { exampleSweep, points } from "../../test/support/spec-fixture.ts";

test.each<[[number, number][], number]>([
  [
    [
      [1, 0.5],
      [2, 0.7],
      [3, 0.65],
      [4, 0.8],
    ],
    0.7,
  ],
  [
    [
      [1, 0.5],
      [2, 0.6],
      [3, 0.8],
      [4, 0.85],
    ],
    0.7083333333,
  ],
])("the hull of %j has AIQ %d (§6)", (pairs, expected) => {
  const pool = points([1, 0.5], [4, 0.8]);
  expect(aiq.compute(exampleSweep({ points: points(...pairs), pool }))).toBeCloseTo(expected, 9);
});

test("right of its hull a router is flat, left of it it falls to the origin", () => {
  expect(averageQuality(points([1, 0.4]), { low: 1, high: 3 })).toBeCloseTo(0.4, 12);
  expect(averageQuality(points([2, 0.4]), { low: 1, high: 3 })).toBeCloseTo((0.3 + 0.4) / 2, 12);
});

test("without a range of cost there is no AIQ", () => {
  expect(averageQuality(points([1, 0.4]), { low: 1, high: 1 })).toBeNaN();
});
