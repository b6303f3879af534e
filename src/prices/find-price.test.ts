import { calcPrice } from "@pydantic/genai-prices";
import { describe, expect, test } from "vitest";
import { UsageError } from "../core/errors.ts";
import { findPrice } from "./find-price.ts";
import { costUsd, priceSchema } from "./price.ts";
import type { Price } from "./price.ts";
import { shippedDay, shippedPrices } from "./shipped.ts";

const own: Price = { inputPerMillionUsd: 1, outputPerMillionUsd: 2, source: "contract", asOf: "2026-01-01" };
const list = await shippedPrices();
const find = (model: string, provider?: string, mine: Record<string, Price> = {}): Price =>
  findPrice({ name: model, model, provider }, mine, list, shippedDay);

const usages = [
  { inputTokens: 1200, outputTokens: 3400, cachedInputTokens: NaN },
  { inputTokens: 90_000, outputTokens: 10, cachedInputTokens: 80_000 },
  { inputTokens: 300_000, outputTokens: 1000, cachedInputTokens: 100_000 },
];

describe.each([
  ["gpt-4o-mini", "openai"],
  ["gpt-5", "openai"],
  ["gemini-2.5-pro", "google"],
  ["claude-sonnet-4-5", "anthropic"],
  ["deepseek/deepseek-chat", "openrouter"],
])("%s", (model, provider) => {
  test.each(usages)("costs what the list's own calculator says: %o", (usage) => {
    const price = find(model, provider);
    expect(priceSchema.safeParse(price).error).toBeUndefined();
    const cached = price.cachedInputPerMillionUsd === undefined ? NaN : usage.cachedInputTokens;
    const ours = costUsd({ ...usage, cachedInputTokens: cached, cacheWriteTokens: NaN, reasoningTokens: NaN }, price);
    const theirs = calcPrice(
      {
        input_tokens: usage.inputTokens,
        output_tokens: usage.outputTokens,
        ...(Number.isNaN(cached) ? {} : { cache_read_tokens: cached }),
      },
      model,
      { providerId: provider },
    );
    expect(ours).toBeCloseTo(theirs!.total_price, 12);
  });
});

describe("finding a price", () => {
  test("the user's own wins, by either name", () => {
    expect(find("gpt-4o-mini", "openai", { "gpt-4o-mini": own })).toBe(own);
    expect(findPrice({ name: "mini", model: "gpt-4o-mini" }, { mini: own }, list, shippedDay)).toBe(own);
  });

  test("a listed one says where it is from and of which day", () => {
    const price = find("gpt-4o-mini", "openai");
    expect(price.source).toMatch(/^https:/);
    expect(price.asOf).toBe(shippedDay);
  });

  test("an unknown model is an error that says how to give a price", () => {
    expect(() => find("nonesuch-1")).toThrow(UsageError);
    expect(() => find("nonesuch-1")).toThrow(/has no price.*signalbox\.yaml/s);
  });

  test("a model that is not billed by input and output is not in the list", () => {
    expect(() => find("whisper-1", "openai")).toThrow(/has no price/);
  });
});
