import { expect, test } from "vitest";
import { isOtherModel } from "./other-model.ts";

test.each([
  ["maker/small", "maker/other", true],
  ["gpt-5", "gpt-5-mini", true],
  ["gpt-5", "gpt-50", true],
  ["gpt-5", "gpt-4", true],
  ["gpt-5", "gpt-5-2025-08-07", false],
  ["openai/GPT-5", "gpt-5", false],
  ["claude-sonnet-4-5", "claude-sonnet-4-5-20250929", false],
  ["gpt-5", "", false],
])("asked for %s, answered by %j: another model is %s", (requested, served, isOther) => {
  expect(isOtherModel(served, requested)).toBe(isOther);
});
