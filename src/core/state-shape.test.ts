import { expect, test } from "vitest";
import { z } from "zod";
import { ArtefactError } from "./errors.ts";
import { checkState, listOf, orNull } from "./state-shape.ts";
import type { Shape } from "./state-shape.ts";

const problemWith = (state: unknown, shape: Shape, m = 2, d = 3): string | undefined => {
  try {
    checkState(state, shape, { m, d }, "router.json");
    return undefined;
  } catch (error) {
    expect(error).toBeInstanceOf(ArtefactError);
    return (error as ArtefactError).problem;
  }
};
const zeros = (rows: number, cols: number): object => ({ rows, cols, data: new Float64Array(rows * cols) });

test("a name stands for one length throughout", () => {
  const shape = { labels: "i32[n]", values: "f64[n, m]" } as const;
  expect(problemWith({ labels: new Int32Array(5), values: zeros(5, 2) }, shape)).toBeUndefined();
  expect(problemWith({ labels: new Int32Array(5), values: zeros(4, 2) }, shape)).toBe(
    '"state/values" is [4, 2], not f64[n, m] with n = 5',
  );
});

test("the lengths of pool and embedding are known beforehand, and numbers are lengths too", () => {
  expect(problemWith({ w: zeros(2, 3) }, { w: "f64[m, d]" })).toBeUndefined();
  expect(problemWith({ w: zeros(2, 4) }, { w: "f64[m, d]" })).toBe(
    '"state/w" is [2, 4], not f64[m, d] with d = 3 dimensions of the embedding',
  );
  expect(problemWith({ w: zeros(2, 4) }, { w: "f64[2, 3]" })).toBe('"state/w" is [2, 4], not f64[2, 3]');
});

test("a matrix must hold as many numbers as its sides say", () => {
  const short = { rows: 2, cols: 3, data: new Float64Array(5) };
  expect(problemWith({ w: short }, { w: "f64[m, d]" })).toBe('"state/w" is not the f64[m, d] it should be');
  expect(problemWith({ w: { ...short, rows: -1 } }, { w: "f64[K, d]" })).toContain('"state/w"');
  expect(problemWith({ w: null }, { w: "f64[K, d]" })).toContain('"state/w"');
});

test("items of a list have lengths of their own and share those outside", () => {
  const shape = { outer: "f64[n]", layers: listOf({ bias: "f64[h]", gain: "f64[h]", outer: "f64[n]" }) } as const;
  const layer = (h: number, n: number): object => ({
    bias: new Float64Array(h),
    gain: new Float64Array(h),
    outer: new Float64Array(n),
  });
  const outer = new Float64Array(7);
  expect(problemWith({ outer, layers: [layer(3, 7), layer(4, 7)] }, shape)).toBeUndefined();
  expect(problemWith({ outer, layers: [layer(3, 7), layer(4, 6)] }, shape)).toContain('"state/layers/1/outer"');
  expect(problemWith({ outer, layers: {} }, shape)).toBe('"state/layers" is not a list');
});

test("null is allowed where it is declared, and nothing in its place is not", () => {
  const shape = { scale: orNull("f64[m]") } as const;
  expect(problemWith({ scale: null }, shape)).toBeUndefined();
  expect(problemWith({ scale: new Float64Array(2) }, shape)).toBeUndefined();
  expect(problemWith({ scale: new Float64Array(3) }, shape)).toContain("with m = 2 models");
  expect(problemWith({}, shape)).toBe('"state/scale" is missing');
});

test("numbers may be NaN; plain values keep to their schema, with no default filled in", () => {
  const shape = { gain: "number", options: z.strictObject({ k: z.int().default(3) }) } as const;
  expect(problemWith({ gain: NaN, options: { k: 5 } }, shape)).toBeUndefined();
  expect(problemWith({ gain: "1", options: { k: 5 } }, shape)).toBe('"state/gain" is not a number');
  expect(problemWith({ gain: 1, options: {} }, shape)).toBe('"state/options/k" is missing');
  expect(problemWith({ gain: 1, options: { k: 0.5 } }, shape)).toContain('"state/options/k" must be a whole number');
});

test("keys nobody declared and states that are no objects are refused", () => {
  expect(problemWith({ extra: 1 }, {})).toBe('"state/extra" is not part of this router\'s state');
  for (const state of [null, 3, "text", [], new Float64Array(2)]) {
    expect(problemWith(state, {})).toBe('"state" is not an object');
  }
});
