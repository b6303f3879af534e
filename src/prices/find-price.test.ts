import { calcPrice } from "@pydantic/genai-prices";
import { describe, expect, test } from "vitest";
import { UsageError } from "../core/errors.ts";
import { findPrice } from "./find-price.ts";
import { paperNames, paperPrices } from "./paper-prices.ts";
import { priceBook } from "./price-book.ts";
import type { FoundPrice, PriceQuery, PriceSources } from "./price-book.ts";
import { costUsd, priceSchema } from "./price.ts";
import type { Price } from "./price.ts";
import { shippedDay, shippedPrices } from "./shipped.ts";

const own: Price = { inputPerMillionUsd: 1, outputPerMillionUsd: 2, source: "contract", asOf: "2026-01-01" };
const list = await shippedPrices();
type Tables = Partial<Pick<PriceSources, "own" | "updated">>;

function find(query: Partial<PriceQuery> & { model: string }, tables: Tables = {}): FoundPrice {
  return findPrice(
    { name: query.model, ...query },
    priceBook({ own: {}, updated: {}, ...tables, list, listDay: shippedDay }),
  );
}

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
    const { price } = find({ model, provider });
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
  test("the user's own wins, by either name; then the updated one, then ours, then the list", () => {
    const updated = { ...own, source: "updated" };
    const tables = { own: { mini: own }, updated: { "gpt-5": updated } };
    expect(find({ model: "gpt-5", name: "mini" }, tables)).toEqual({ price: own, origin: "signalbox.yaml" });
    expect(find({ model: "mini" }, tables).price).toBe(own);
    expect(find({ model: "gpt-5" }, tables)).toEqual({ price: updated, origin: "prices update" });
    expect(find({ model: "gpt-5" }).origin).toBe("signalbox");
    expect(find({ model: "gpt-4o-mini" }).origin).toBe("genai-prices");
  });

  test("a name of the user's own means nothing to the other tables", () => {
    expect(() => find({ model: "nonesuch-1", name: "gpt-5" })).toThrow(/has no price/);
  });

  test("a listed one says where it is from and of which day", () => {
    const { price } = find({ model: "gpt-4o-mini" });
    expect(price.source).toMatch(/^https:/);
    expect(price.asOf).toBe(shippedDay);
  });

  test("the address tells whose price it is, where the list knows the provider", () => {
    const model = "openai/gpt-4o-mini";
    expect(() => find({ model })).toThrow(/has no price/);
    expect(find({ model, baseUrl: "https://openrouter.ai/api/v1" }).price.inputPerMillionUsd).toBeGreaterThan(0);
    expect(find({ model: "gpt-4o-mini", baseUrl: "https://proxy.example.com/v1" }).origin).toBe("genai-prices");
  });

  test("an updated list knows OpenRouter's models under LiteLLM's names", () => {
    const updated = { "openrouter/maker/small": own };
    const baseUrl = "https://openrouter.ai/api/v1";
    expect(find({ model: "maker/small", baseUrl }, { updated }).price).toBe(own);
    expect(() => find({ model: "maker/small" }, { updated })).toThrow(/has no price/);
  });

  test("an unknown model is an error that says how to give a price, with a near name", () => {
    expect(() => find({ model: "nonesuch-1" })).toThrow(UsageError);
    expect(() => find({ model: "nonesuch-1" })).toThrow(/has no price.*signalbox\.yaml.*prices update/s);
    expect(() => find({ model: "claude-sonet-4" })).toThrow(/Did you mean "claude-sonnet-4"/);
    expect(() => find({ model: "constructor" })).toThrow(/has no price/);
  });

  test("a fee per request is part of it", () => {
    const { price } = find({ name: "sonar-pro", model: "sonar-pro", baseUrl: "https://api.perplexity.ai" });
    // 1,000 tokens in, 300 out: 0.003 + 0.0045, and 14 USD a thousand requests.
    expect(price.perRequestUsd).toBe(0.014);
    expect(
      costUsd(
        { inputTokens: 1000, outputTokens: 300, cachedInputTokens: NaN, cacheWriteTokens: NaN, reasoningTokens: NaN },
        price,
      ),
    ).toBeCloseTo(0.0215, 12);
  });

  test("a model that is not billed by input and output is not in the list", () => {
    expect(() => find({ model: "whisper-1", provider: "openai" })).toThrow(/has no price/);
  });
});

describe("the table that ships", () => {
  test("holds sound prices with source and day, none of them free", () => {
    for (const [name, price] of Object.entries(paperPrices)) {
      expect([name, priceSchema.safeParse(price).success]).toEqual([name, true]);
      expect(price.inputPerMillionUsd).toBeGreaterThan(0);
    }
    for (const name of Object.values(paperNames)) expect(paperPrices).toHaveProperty([name]);
    expect(find({ model: "anthropic/claude-sonnet-4" }).origin).toBe("signalbox");
  });

  test("takes cached rates and tiers from the list where input and output are the same there, and says so", () => {
    const { price } = find({ model: "gemini-2.5-pro", provider: "google" });
    expect(price).toMatchObject({ inputPerMillionUsd: 1.25, cachedInputPerMillionUsd: 0.125 });
    expect(price.tiers?.[0]).toMatchObject({ aboveInputTokens: 200_000, inputPerMillionUsd: 2.5 });
    expect(price.source).toMatch(/LLMRouterBench.*cached input and tiers: https:/);
    const other = find({ model: "deepseek/deepseek-v3.1-terminus", baseUrl: "https://openrouter.ai/api/v1" }).price;
    expect(other).toBe(paperPrices["deepseek-v3.1-terminus"]);
  });
});
