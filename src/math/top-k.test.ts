import { array, assert, constant, double, integer, nat, oneof, property } from "fast-check";
import { expect, test } from "vitest";
import { topK } from "./top-k.ts";

test("the result is the head of a full, stable sort", () => {
  const value = oneof(integer({ min: 0, max: 5 }), double({ noNaN: true }), constant(NaN));
  assert(
    property(array(value, { maxLength: 80 }), nat({ max: 90 }), (values, k) => {
      const key = (i: number): number => (Number.isNaN(values[i]!) ? -Infinity : values[i]!);
      const rank = (i: number): number => (Number.isNaN(values[i]!) ? 1 : 0);
      const sorted = [...values.keys()].sort(
        (a, b) => rank(a) - rank(b) || (key(a) < key(b) ? 1 : key(a) > key(b) ? -1 : a - b),
      );
      expect([...topK(values, k)]).toEqual(sorted.slice(0, k));
    }),
  );
});

test("equal values come in the order of their indices", () => {
  expect([...topK(new Float32Array([1, 3, 3, 0, 3]), 2)]).toEqual([1, 2]);
});
