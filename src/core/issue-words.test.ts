import { expect, test } from "vitest";
import { z } from "zod";
import { issueWords } from "./issue-words.ts";

test.each([
  [z.number(), "many", "must be a number, not text"],
  [z.number(), NaN, "must be a number, not NaN"],
  [z.number(), undefined, "is missing"],
  [z.int(), 1.5, "must be a whole number"],
  [z.string().min(1), "", "must not be empty"],
  [z.string().min(3), "ab", "must be at least 3 characters long"],
  [z.array(z.string()), "a", "must be a list, not text"],
  [z.number().positive(), 0, "must be more than 0"],
  [z.number().max(1), 2, "must be at most 1"],
  [z.enum(["mean", "max"]), "median", "must be one of mean, max"],
  [z.strictObject({ k: z.number() }), { k: 1, kk: 2 }, 'has no "kk"'],
  [z.union([z.string(), z.record(z.string(), z.unknown())]), 3, "must be text or a group of named values"],
  [z.union([z.literal("a"), z.string()]), 3, "is not valid"],
  [z.int().multipleOf(2), 3, "is not valid"],
  [z.url(), "no address", "is not valid"],
  [z.string().refine((text) => text === "", "must be blank"), "x", "must be blank"],
])("%#: a wrong value is told in our words", (schema: z.ZodType, value, words) => {
  const parsed = schema.safeParse(value);
  expect(issueWords(parsed.error?.issues[0])).toBe(words);
});
