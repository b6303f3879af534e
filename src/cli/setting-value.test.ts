import { expect, test } from "vitest";
import { z } from "zod";
import { settingValue } from "./setting-value.ts";

test.each([
  ["true", z.boolean(), true],
  ["false", z.boolean().default(true).describe("with a default"), false],
  ["40", z.int(), 40],
  ["40", z.union([z.literal("auto"), z.number()]), 40],
  ["auto", z.union([z.literal("auto"), z.number()]), "auto"],
  ["true", z.string().optional(), "true"],
  ["4", z.string(), "4"],
  ["", z.number(), ""],
  ["yes", z.boolean(), "yes"],
  ["false", undefined, false],
])("the setting %j is read as its option takes it", (text, option, value) => {
  expect(settingValue(option, text)).toBe(value);
});
