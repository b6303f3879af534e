import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ChatCompletion, TokenUsage } from "../core/chat.ts";
import { billDiffers, callCost, spentUsd } from "./call-cost.ts";
import type { CallCost } from "./call-cost.ts";
import { countTokens } from "./count-tokens.ts";
import type { Price } from "./price.ts";

const price: Price = { inputPerMillionUsd: 1, outputPerMillionUsd: 10, source: "test", asOf: "2026-11-28" };
const prompt = "What is the capital of France?";
const request = { messages: [{ role: "user" as const, content: prompt }] };

function usage(inputTokens: number, outputTokens: number): TokenUsage {
  return { inputTokens, outputTokens, cachedInputTokens: NaN, cacheWriteTokens: NaN, reasoningTokens: NaN };
}

function answer(given: Partial<ChatCompletion>): ChatCompletion {
  return {
    text: "Paris is the capital.",
    finishReason: "stop",
    servedModel: "m",
    usage: usage(12, 6),
    reportedCostUsd: NaN,
    firstTokenMs: NaN,
    latencyMs: 1,
    requestId: "",
    ...given,
  };
}

const cost = (given: Partial<ChatCompletion>, at: Price | undefined = price): Promise<CallCost> =>
  callCost(answer(given), request, at);

describe("the cost of an answer", () => {
  test("is our price of the reported tokens, whatever the provider bills", async () => {
    const { costUsd, costSource, completion } = await cost({ reportedCostUsd: 0.5 });
    expect([costUsd, costSource]).toEqual([(12 + 60) / 1e6, "priced"]);
    expect(completion.reportedCostUsd).toBe(0.5);
    expect(completion.usageSource).toBeUndefined();
  });

  test("is estimated from counted tokens where none are reported", async () => {
    const { costUsd, costSource, completion } = await cost({ usage: undefined, reasoning: "It is Paris." });
    expect(costSource).toBe("estimated");
    expect(completion.usageSource).toBe("counted");
    expect(completion.usage).toMatchObject({ inputTokens: 7 + 4 + 3, outputTokens: 5 + 4, reasoningTokens: 4 });
    expect(costUsd).toBeCloseTo((14 + 90) / 1e6, 12);
  });

  test.each([
    ["no input for a prompt", usage(0, 6)],
    ["no output for an answer", usage(12, 0)],
    ["more input than the prompt can hold", usage(90_000_000, 6)],
    ["more output than any model gives", usage(12, 50_000_000)],
    [
      "more read from and written to the cache than there was",
      { ...usage(12, 6), cachedInputTokens: 7, cacheWriteTokens: 7 },
    ],
    ["half a token", usage(12.5, 6)],
    ["more thought than said in all", { ...usage(12, 6), reasoningTokens: 7 }],
  ])("is estimated where the usage cannot be: %s", async (_, wrong) => {
    const { costSource, completion } = await cost({ usage: wrong });
    expect([costSource, completion.usageSource]).toEqual(["estimated", "counted"]);
  });

  test("is estimated where one token is reported for a long answer", async () => {
    expect((await cost({ text: "word ".repeat(1000), usage: usage(12, 1) })).costSource).toBe("estimated");
  });

  test("believes thoughts that are not shown, and a long prompt of the provider's own", async () => {
    expect((await cost({ usage: usage(12, 30_000) })).costSource).toBe("priced");
    expect((await cost({ usage: usage(9_000, 6) })).costSource).toBe("priced");
    expect((await cost({ text: "", usage: usage(12, 0) })).costSource).toBe("priced");
  });

  test("without a price is the bill; a bill of nothing is no price", async () => {
    const unpriced = (bill: number): Promise<CallCost> =>
      callCost(answer({ reportedCostUsd: bill }), request, undefined);
    expect(await unpriced(0.03)).toMatchObject({ costUsd: 0.03, costSource: "billed" });
    expect(await unpriced(0)).toMatchObject({ costUsd: NaN, costSource: "none" });
    expect(await unpriced(NaN)).toMatchObject({ costUsd: NaN, costSource: "none" });
  });

  test("is never 0, negative or endless for an answer, whatever is reported", async () => {
    const tokens = fc.oneof(fc.integer({ min: 0, max: 1e8 }), fc.constant(0));
    await fc.assert(
      fc.asyncProperty(tokens, tokens, fc.double(), async (input, output, bill) => {
        const { costUsd } = await cost({ usage: usage(input, output), reportedCostUsd: bill });
        expect(costUsd).toBeGreaterThan(0);
        expect(costUsd).toBeLessThan(100);
      }),
    );
  });
});

describe("a bill beside our own figure", () => {
  const with_ = (ours: number, bill: number) => ({
    costUsd: ours,
    costSource: "priced" as const,
    completion: { reportedCostUsd: bill },
  });

  test.each([
    [1, 1.19, false],
    [1, 1.3, true],
    [1, 0, true],
    [1, NaN, false],
    [NaN, 1, false],
  ])("of %d and %d differ notably: %s", (ours, bill, differs) => {
    expect(billDiffers(with_(ours, bill))).toBe(differs);
  });

  test("counts for the budget when it is the dearer, unless it cannot be true", () => {
    expect(spentUsd(with_(1, 3))).toBe(3);
    expect(spentUsd(with_(1, 0.5))).toBe(1);
    expect(spentUsd(with_(1, 4000))).toBe(1);
    expect(spentUsd(with_(NaN, 3))).toBe(3);
    expect(spentUsd(with_(NaN, NaN))).toBeNaN();
  });
});

describe("counting tokens", () => {
  test("knows the count of OpenAI's tokeniser, and takes its marks for text", async () => {
    expect(await countTokens("hello world")).toBe(2);
    expect(await countTokens("")).toBe(0);
    expect(await countTokens("<|endoftext|>")).toBeGreaterThan(1);
  });
});
