import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { areaUnder, distanceToLine, firstReach, heightAt, nonDecreasingHull, paretoFrontier } from "./hull.ts";
import type { Point } from "./hull.ts";

const points = ([...pairs]: [number, number][]): Point[] => pairs.map(([x, y]) => ({ x, y }));
const anyPoints = fc.array(fc.record({ x: fc.integer({ min: 0, max: 9 }), y: fc.integer({ min: 0, max: 9 }) }), {
  minLength: 1,
});

describe("paretoFrontier", () => {
  test("keeps what nothing cheaper and better dominates, one of equals", () => {
    const set = points([
      [2, 5],
      [1, 3],
      [2, 4],
      [3, 5],
      [1, 3],
      [4, 9],
    ]);
    expect(paretoFrontier(set)).toEqual(
      points([
        [1, 3],
        [2, 5],
        [4, 9],
      ]),
    );
  });

  test("every point left out is dominated or equal, none kept is", () => {
    fc.assert(
      fc.property(anyPoints, (set) => {
        const frontier = paretoFrontier(set);
        const beats = (a: Point, b: Point): boolean => a.x <= b.x && a.y >= b.y && (a.x < b.x || a.y > b.y);
        expect(frontier.some((kept) => set.some((other) => beats(other, kept)))).toBe(false);
        expect(set.every((p) => frontier.some((kept) => beats(kept, p) || (kept.x === p.x && kept.y === p.y)))).toBe(
          true,
        );
      }),
    );
  });
});

describe("nonDecreasingHull", () => {
  test("drops what lies under a chord (§6)", () => {
    const set = points([
      [1, 0.5],
      [2, 0.6],
      [3, 0.8],
      [4, 0.85],
    ]);
    expect(nonDecreasingHull(set).map(({ x }) => x)).toEqual([1, 3, 4]);
  });

  test("no point lies above it, and its slopes fall", () => {
    fc.assert(
      fc.property(anyPoints, (set) => {
        const hull = nonDecreasingHull(set);
        for (const { x, y } of set) expect(y).toBeLessThanOrEqual(heightAt(hull, x) + 1e-9);
        const slopes = hull.slice(1).map((p, i) => (p.y - hull[i]!.y) / (p.x - hull[i]!.x));
        slopes.forEach((slope, i) => expect(slope).toBeLessThan(slopes[i - 1] ?? Infinity));
      }),
    );
  });
});

describe("polylines", () => {
  const line = points([
    [1, 0],
    [3, 2],
  ]);

  test("are flat beyond their ends", () => {
    expect([0, 1, 2, 3, 9].map((x) => heightAt(line, x))).toEqual([0, 0, 1, 2, 2]);
    expect(heightAt([], 1)).toBeNaN();
  });

  test("enclose exact areas, also from and to the middle of a segment", () => {
    expect(areaUnder(line, 0, 4)).toBe(4);
    expect(areaUnder(line, 2, 2.5)).toBe(0.625);
  });

  test("are first reached between points, or never", () => {
    expect([-1, 1, 2, 3].map((y) => firstReach(line, y))).toEqual([1, 2, 3, Infinity]);
  });

  test("are as far as their nearest spot", () => {
    expect(distanceToLine({ x: 1, y: 2 }, line)).toBeCloseTo(Math.SQRT2, 12);
    expect(distanceToLine({ x: 0, y: 0 }, line)).toBe(1);
    expect(distanceToLine({ x: 5, y: 5 }, line.slice(0, 1))).toBeCloseTo(Math.hypot(4, 5), 12);
  });
});
