import { expect, test } from "vitest";
import { emptyAccount } from "../collect/engine/cost-account.ts";
import type { CostAccount } from "../collect/engine/cost-account.ts";
import { costPhrases } from "./cost-phrases.ts";

function account(parts: Partial<CostAccount["bySource"]>, more: Partial<CostAccount> = {}): CostAccount {
  return { ...emptyAccount, ...more, bySource: { ...emptyAccount.bySource, ...parts } };
}

test("one source is said in a word", () => {
  expect(costPhrases(account({ priced: { calls: 9, costUsd: 1.2 } }))).toEqual(["1.20 USD by price list"]);
  expect(costPhrases(account({ none: { calls: 9, costUsd: 0 } }))).toEqual(["cost not known"]);
  expect(costPhrases(emptyAccount)).toEqual([]);
});

test("several are said with their shares, and what is unknown makes the sum a lower bound", () => {
  const parts = {
    priced: { calls: 1009, costUsd: 1.2 },
    estimated: { calls: 2, costUsd: 0.1 },
    none: { calls: 1, costUsd: 0 },
  };
  expect(costPhrases(account(parts))).toEqual([
    "at least 1.30 USD (1.20 for 1,009 by price list, 0.100 for 2 estimated from counted tokens, 1 of unknown cost)",
  ]);
});

test("bills are said beside our own figure, with how often the two differ", () => {
  const bills = { calls: 9, costUsd: 2 };
  const parts = { priced: { calls: 9, costUsd: 1.2 } };
  expect(costPhrases(account(parts, { bills, billDiffers: 3 }))).toEqual([
    "1.20 USD by price list; the provider billed 2.00, 3 of them off by more than a fifth",
  ]);
  expect(costPhrases(account(parts, { bills: { calls: 4, costUsd: 0.5 } }))).toEqual([
    "1.20 USD by price list; the provider billed 0.500 for 4 of them",
  ]);
  expect(costPhrases(account(parts, { bills: { calls: 9, costUsd: 1.2 } }))).toEqual([
    "1.20 USD by price list, and billed as much",
  ]);
});
