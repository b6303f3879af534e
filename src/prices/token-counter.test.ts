import { expect, test } from "vitest";
import { countByCharacters, tokenCounter } from "./token-counter.ts";

const counter = await tokenCounter();

test("counts as OpenAI's published examples do", () => {
  // The counts of o200k_base in OpenAI's cookbook, "How to count tokens with tiktoken".
  expect(counter.name).toBe("o200k_base");
  expect(counter.count("antidisestablishmentarianism")).toBe(6);
  expect(counter.count("2 + 2 = 4")).toBe(7);
  expect(counter.count("お誕生日おめでとう")).toBe(8);
});

test("takes a special token's name in a prompt for text", () => {
  expect(counter.count("say <|endoftext|>")).toBeGreaterThan(4);
});

test("an endless word takes no endless time, and counts about as it would whole", () => {
  expect(counter.count("a".repeat(50_000)) / (50_000 / 8)).toBeCloseTo(1, 1);
});

test("nothing is no token, by either counter", () => {
  expect([counter.count(""), countByCharacters.count("")]).toEqual([0, 0]);
  expect(countByCharacters.count("seven letters")).toBe(4);
});
