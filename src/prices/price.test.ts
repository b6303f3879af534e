import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { TokenUsage } from "../core/chat.ts";
import { costUsd, priceSchema } from "./price.ts";
import type { Price } from "./price.ts";

const price: Price = {
  inputPerMillionUsd: 2,
  cachedInputPerMillionUsd: 0.5,
  outputPerMillionUsd: 8,
  tiers: [
    { aboveInputTokens: 200_000, inputPerMillionUsd: 4, outputPerMillionUsd: 12 },
    { aboveInputTokens: 500_000, inputPerMillionUsd: 6, outputPerMillionUsd: 20 },
  ],
  source: "test",
  asOf: "2026-11-24",
};

function usage(given: Partial<TokenUsage>): TokenUsage {
  const none = { cachedInputTokens: NaN, cacheWriteTokens: NaN, reasoningTokens: NaN };
  return { inputTokens: 1000, outputTokens: 100, ...none, ...given };
}

describe("cost of a call", () => {
  test("counts input and output at their rates", () => {
    expect(costUsd(usage({}), price)).toBeCloseTo(0.002 + 0.0008, 12);
  });

  test("takes cached tokens out of the input", () => {
    expect(costUsd(usage({ cachedInputTokens: 400 }), price)).toBeCloseTo((600 * 2 + 400 * 0.5 + 100 * 8) / 1e6, 12);
  });

  test("bills reasoning as output unless it has a rate of its own", () => {
    expect(costUsd(usage({ reasoningTokens: 60 }), price)).toBe(costUsd(usage({}), price));
    const apart = { ...price, reasoningPerMillionUsd: 10 };
    expect(costUsd(usage({ reasoningTokens: 60 }), apart)).toBeCloseTo((1000 * 2 + 40 * 8 + 60 * 10) / 1e6, 12);
  });

  test("bills all tokens at the tier the input reaches, from one token above its bound", () => {
    expect(costUsd(usage({ inputTokens: 200_000 }), price)).toBeCloseTo(0.4 + 0.0008, 12);
    expect(costUsd(usage({ inputTokens: 200_001 }), price)).toBeCloseTo((200_001 * 4 + 100 * 12) / 1e6, 12);
    expect(costUsd(usage({ inputTokens: 600_000 }), price)).toBeCloseTo((600_000 * 6 + 100 * 20) / 1e6, 12);
  });

  test("is not known where the tokens are not", () => {
    expect(costUsd(usage({ outputTokens: NaN }), price)).toBeNaN();
    expect(costUsd(usage({ inputTokens: NaN }), price)).toBeNaN();
  });

  test.each([
    { inputTokens: -1 },
    { outputTokens: 1.5 },
    { outputTokens: 1e12 },
    { cachedInputTokens: 1001 },
    { reasoningTokens: 101 },
    { inputTokens: Infinity },
  ])("refuses to bill %o", (wrong) => {
    expect(() => costUsd(usage(wrong), price)).toThrow(RangeError);
  });

  test("never falls when a token is added, within a tier", () => {
    fc.assert(
      fc.property(fc.nat(100_000), fc.nat(100_000), (inputTokens, outputTokens) => {
        const base = costUsd(usage({ inputTokens, outputTokens }), price);
        expect(costUsd(usage({ inputTokens: inputTokens + 1, outputTokens }), price)).toBeGreaterThan(base);
        expect(costUsd(usage({ inputTokens, outputTokens: outputTokens + 1 }), price)).toBeGreaterThan(base);
      }),
    );
  });

  test("a price without source or date is no price", () => {
    const { source: _source, ...undocumented } = price;
    expect(priceSchema.safeParse(undocumented).success).toBe(false);
    expect(priceSchema.safeParse({ ...price, asOf: "yesterday" }).success).toBe(false);
    expect(priceSchema.safeParse(price).success).toBe(true);
  });
});
