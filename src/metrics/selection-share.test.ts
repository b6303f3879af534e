import { expect, test } from "vitest";
import { majority, selectionShare } from "./selection-share.ts";

test("shares count first calls and ignore lotteries", () => {
  expect([...selectionShare(Int32Array.of(0, 2, 2, -1), 3)]).toEqual([1 / 3, 0, 2 / 3]);
  expect([...selectionShare(Int32Array.of(-1), 2)]).toEqual([NaN, NaN]);
});

test("the majority is the lower column of equals", () => {
  expect(majority(Float64Array.of(0.5, 0.5))).toEqual({ column: 0, share: 0.5 });
});
