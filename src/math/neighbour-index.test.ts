import { assert, constantFrom, integer, nat, property } from "fast-check";
import { expect, test } from "vitest";
import type { Matrix32 } from "./matrix.ts";
import { matrix32, row } from "./matrix.ts";
import { nearestNeighbours, neighbourIndex } from "./neighbour-index.ts";
import { seededRandom } from "./random.ts";
import { residentDots, residentMatrix } from "./resident.ts";
import { topK } from "./top-k.ts";

/** Unit rows around a few islands: `spread` 0 makes them equal, so that ties abound. */
function unitRows(rows: number, cols: number, spread: number, seed: number): Matrix32 {
  const random = seededRandom("unit rows", seed);
  const centres = Float32Array.from({ length: 5 * cols }, () => random.normal());
  const out = matrix32(rows, cols);
  for (let i = 0; i < rows; i++) {
    const line = row(out, i);
    for (let p = 0; p < cols; p++) line[p] = centres[(i % 5) * cols + p]! + spread * random.normal();
    const length = Math.sqrt(line.reduce((sum, value) => sum + value * value, 0));
    for (let p = 0; p < cols; p++) line[p]! /= length;
  }
  return out;
}

test("the neighbours are exactly those of a full scan, in the same order with the same bits", () => {
  assert(
    property(constantFrom(0, 0.01, 1), integer({ min: 1, max: 300 }), nat(), (spread, k, seed) => {
      const m = unitRows(2100, 131, spread, seed);
      const query = row(unitRows(6, 131, 1, seed), seed % 6);
      const products = residentDots(residentMatrix(m), query);
      const { indices, similarities } = nearestNeighbours(neighbourIndex(m), query, k);
      expect([...indices]).toEqual([...topK(products, k)]);
      expect([...similarities]).toEqual([...indices].map((i) => products[i]));
    }),
    { numRuns: 20 },
  );
});

test("a small index, a zero query, and more neighbours than rows", () => {
  const m = unitRows(7, 3, 1, 1);
  expect([...nearestNeighbours(neighbourIndex(m), new Float32Array(3), 9).indices]).toEqual([0, 1, 2, 3, 4, 5, 6]);
  const large = neighbourIndex(unitRows(3000, 100, 1, 1));
  expect([...nearestNeighbours(large, new Float32Array(100), 3).indices]).toEqual([0, 1, 2]);
});

test("rows too few to be dealt into groups are counted one by one", () => {
  const m = unitRows(200, 1400, 0.5, 2);
  const query = row(unitRows(6, 1400, 1, 2), 3);
  const { indices } = nearestNeighbours(neighbourIndex(m), query, 20);
  expect([...indices]).toEqual([...topK(residentDots(residentMatrix(m), query), 20)]);
});

test("queries that do not fit are refused", () => {
  const index = neighbourIndex(unitRows(3000, 100, 1, 1));
  expect(() => nearestNeighbours(index, new Float32Array(99), 3)).toThrow("a query of 99");
  expect(() => nearestNeighbours(index, new Float32Array(100).fill(NaN), 3)).toThrow("not finite");
});
