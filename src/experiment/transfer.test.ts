import { expect, test } from "vitest";
import type { Policy } from "../core/policy.ts";
import type { EstimateTable } from "../core/router.ts";
import { transfer, transferBudget } from "./transfer.ts";

/** Estimates of a pair: the strong model's chance is 1. */
function pairOf(chances: readonly number[]): EstimateTable {
  const data = Float64Array.from(chances.flatMap((chance) => [chance, 1]));
  const quality = { rows: chances.length, cols: 2, data };
  return { quality, costUsd: quality };
}

test("a threshold keeps its place among the chances, whatever the scale of the other fit", () => {
  const chances = [0.1, 0.2, 0.4, 0.8, 0.9];
  const carry = transfer(pairOf(chances), pairOf(chances.map((chance) => 0.8 + chance / 100)));
  for (const threshold of [0.1, 0.15, 0.4, 0.6, 0.9]) {
    expect(carry({ kind: "threshold", threshold })).toMatchObject({
      threshold: expect.closeTo(0.8 + threshold / 100, 12),
    });
  }
  expect(carry({ kind: "threshold", threshold: 0.05 })).toMatchObject({ threshold: 0.801 });
  expect(carry({ kind: "threshold", threshold: 0.95 })).toMatchObject({ threshold: 0.809 });
});

test("the ends, other policies, and estimates without an open chance are left alone", () => {
  const carry = transfer(pairOf([0.1, 0.2]), pairOf([0.7, 0.8]));
  for (const policy of [
    { kind: "threshold", threshold: 0 },
    { kind: "threshold", threshold: 1 },
    { kind: "costWeight", lambda: 3 },
    { kind: "budget", budgetUsd: 0.1 },
  ] as const) {
    expect(carry(policy)).toEqual(policy);
  }
  expect(transfer(pairOf([]), pairOf([0.3]))({ kind: "threshold", threshold: 0.5 })).toMatchObject({ threshold: 0.5 });
});

test("the ends of a cascade's budgets buy its dearest and its cheapest strategy, whatever they cost; others stay", () => {
  const carry = transferBudget([0.001, 0.1], [0.002, 0.8]);
  const budgets: [number, number][] = [
    [0.0001, 0.002],
    [0.001, 0.002],
    [0.01, 0.01],
    [0.1, 0.8],
    [5, 0.8],
  ];
  for (const [budgetUsd, carried] of budgets) {
    expect(carry({ kind: "budget", budgetUsd })).toEqual({ kind: "budget", budgetUsd: carried });
  }
  const weight: Policy = { kind: "costWeight", lambda: 3 };
  expect(carry(weight)).toEqual(weight);
});
