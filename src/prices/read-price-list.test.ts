import { describe, expect, test } from "vitest";
import { liteLlmList, openRouterList } from "../../test/support/price-lists.ts";
import { priceSchema } from "./price.ts";
import { readPriceList } from "./read-price-list.ts";
import type { ReadPriceList } from "./read-price-list.ts";

const read = (body: unknown): ReadPriceList => readPriceList(body, "list", "2026-11-28")!;
const from = { source: "list", asOf: "2026-11-28" };

describe("a price list", () => {
  test("in LiteLLM's format gives rates per million, with cache, thoughts and tiers", () => {
    const { format, prices, otherKinds, unpriced } = read(liteLlmList);
    expect([format, otherKinds, unpriced]).toEqual(["litellm", 1, 2]);
    expect(prices).toEqual({
      "gpt-4o-mini": {
        inputPerMillionUsd: 0.15,
        cachedInputPerMillionUsd: 0.075,
        outputPerMillionUsd: 0.6,
        ...from,
      },
      "gemini/gemini-2.5-pro": {
        inputPerMillionUsd: 1.25,
        cachedInputPerMillionUsd: 0.125,
        outputPerMillionUsd: 10,
        reasoningPerMillionUsd: 10,
        tiers: [
          {
            aboveInputTokens: 200_000,
            inputPerMillionUsd: 2.5,
            cachedInputPerMillionUsd: 0.25,
            outputPerMillionUsd: 15,
            reasoningPerMillionUsd: 10,
          },
        ],
        ...from,
      },
    });
  });

  test("in OpenRouter's format gives rates per million; a 0 for what is not billed apart is none", () => {
    const { format, prices, unpriced } = read(openRouterList);
    expect([format, unpriced]).toEqual(["openrouter", 2]);
    expect(prices).toEqual({
      "anthropic/claude-sonnet-4": {
        inputPerMillionUsd: 3,
        cachedInputPerMillionUsd: 0.3,
        cacheWritePerMillionUsd: 3.75,
        outputPerMillionUsd: 15,
        ...from,
      },
      "maker/per-request": { inputPerMillionUsd: 1, outputPerMillionUsd: 1, perRequestUsd: 0.005, ...from },
    });
  });

  test("holds only prices that the schema takes", () => {
    for (const list of [liteLlmList, openRouterList])
      for (const price of Object.values(read(list).prices)) expect(priceSchema.safeParse(price).error).toBeUndefined();
  });

  test.each([[{}], [[]], [null], ["prices"], [{ data: [] }], [{ data: [1] }], [{ error: { message: "no" } }]])(
    "is none: %j",
    (body) => {
      expect(readPriceList(body, "list", "2026-11-28")).toBeUndefined();
    },
  );
});
