import { expect, test } from "vitest";
import { entropyBits, softmax } from "./entropy.ts";

test("three equal probabilities have log2 3 bits, halves and quarters 1.5 (§6)", () => {
  expect(entropyBits([1 / 3, 1 / 3, 1 / 3])).toBeCloseTo(1.5849625007, 9);
  expect(entropyBits([0.5, 0.25, 0.25])).toBeCloseTo(1.5, 9);
  expect(entropyBits([1, 0])).toBe(0);
});

test("the softmax of 1, 2, 3 has 1.2008929780 bits (§6)", () => {
  expect(entropyBits(softmax([1, 2, 3]))).toBeCloseTo(1.200892978, 9);
});

test("softmax of huge scores does not overflow", () => {
  expect([...softmax([1000, 1000])]).toEqual([0.5, 0.5]);
});
