import { expect, test } from "vitest";
import { ratio } from "./relative-gain.ts";

test("nothing is relative to 0", () => {
  expect(ratio(1, 0)).toBeNaN();
  expect(ratio(1, 4)).toBe(0.25);
});
