import { expect, test } from "vitest";
import { accuracyDigits, clip, duration, intervalText, oneLine, percent, pValue, signedPoints, usd } from "./format.ts";

test("null is a dash in every printer", () => {
  for (const print of [percent, signedPoints, pValue, usd, duration]) expect(print(null)).toBe("—");
});

test("differences carry a sign, zero does not, and a minus is a minus", () => {
  expect([0.036, -0.0204, 0, -0.0001].map((value) => signedPoints(value))).toEqual(["+3.6", "−2.0", "0.0", "0.0"]);
});

test("a p value is never printed as zero", () => {
  expect([0, 0.0004, 0.012, 0.0996, 0.34, 1].map(pValue)).toEqual([
    "<0.001",
    "<0.001",
    "0.012",
    "0.10",
    "0.34",
    "1.00",
  ]);
});

test("money keeps three significant digits", () => {
  expect([0, 0.0000003, 0.00012345, 0.0264, 0.5, 16.72, 416.31, 1234.5].map(usd)).toEqual([
    "0",
    "3e−7",
    "0.000123",
    "0.0264",
    "0.500",
    "16.72",
    "416",
    "1,235",
  ]);
});

test("durations keep two significant digits below ten", () => {
  expect([0, 0.034, 0.97, 4.81, 9.97, 812, 4311].map(duration)).toEqual([
    "0",
    "0.03",
    "1.0",
    "4.8",
    "10",
    "812",
    "4,311",
  ]);
});

test("accuracies lose their decimal when even the narrowest interval spans twenty points", () => {
  expect(accuracyDigits([null, [0.6, 0.64]])).toBe(1);
  expect(
    accuracyDigits([
      [0.4, 0.7],
      [0, 0],
    ]),
  ).toBe(0);
  expect(accuracyDigits([])).toBe(1);
});

test("an interval is printed by the printer of its number", () => {
  expect(intervalText([-0.01, 0.02], signedPoints, 1)).toBe("[−1.0, +2.0]");
  expect(intervalText(null, percent, 1)).toBe("");
});

test("text of one line has no control character, and a cut is marked", () => {
  expect(oneLine("a\r\n\tb\u001b[31m\u202e")).toBe("a b\ufffd[31m\ufffd");
  expect(clip("gpt-5-mini", 6)).toBe("gpt-5…");
});
