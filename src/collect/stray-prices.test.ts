import { expect, test } from "vitest";
import { strayPriceNotes } from "./stray-prices.ts";

const price = { inputPerMillionUsd: 1, outputPerMillionUsd: 1, source: "test", asOf: "2026-01-01" };
const models = ["GPT-5", "small"].map((name) => ({ name, model: `maker/${name}` }));

test("a price with a slip in its name is told, with the model that was meant", () => {
  const prices = { GPT5: price, small: price };
  expect(strayPriceNotes({ models, prices } as never)).toEqual([
    'prices: "GPT5" is no model here; did you mean "GPT-5"?',
  ]);
});

test("prices by a model's name, by its provider's name of it, or of other models are let be", () => {
  const prices = { "GPT-5": price, "maker/small": price, "GPT-5x": price, "another-model-altogether": price };
  expect(strayPriceNotes({ models, prices } as never)).toEqual([]);
});
