import { expect, test } from "vitest";
import { plural } from "./plural.ts";

test.each([
  [0, "0 prompts"],
  [1, "1 prompt"],
  [1.2, "1 prompt"],
  [2, "2 prompts"],
  [12_034, "12,034 prompts"],
])("%f takes the right noun", (value, words) => {
  expect(plural(value, "prompt")).toBe(words);
});

test("a plural that is more than an s is given", () => {
  expect([plural(1, "entry", "entries"), plural(3, "entry", "entries")]).toEqual(["1 entry", "3 entries"]);
});
