import { expect, test } from "vitest";
import { intervalWords, nameList, pWords, percentWords, signedPoints } from "./wording.ts";

test("points carry a sign and one digit", () => {
  expect([0.0347, -0.002, 0.0001, -0.0001].map(signedPoints)).toEqual(["+3.5", "−0.2", "0.0", "0.0"]);
  expect(intervalWords([-0.004, 0.011])).toBe("95 % interval −0.4 to +1.1");
});

test("a share is never rounded up to all", () => {
  expect([0.9999, 1, 0.95].map(percentWords)).toEqual(["99.9 %", "100 %", "95.0 %"]);
});

test("names are listed as people list them", () => {
  expect([["a"], ["a", "b"], ["a", "b", "c"]].map(nameList)).toEqual(["a", "a and b", "a, b and c"]);
});

test("tiny p values are not printed as 0", () => {
  expect([0.0002, 0.0421].map(pWords)).toEqual(["below 0.001", "0.042"]);
});
