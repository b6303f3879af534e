import { describe, expect, test } from "vitest";
import { tableOf } from "../../test/support/tables.ts";
import type { FittedRouter } from "../core/fitted-router.ts";
import { tieOrder } from "../core/pick.ts";
import { argmax } from "../core/policy.ts";
import { columnMeans, fromRows } from "../math/matrix.ts";
import type { AgreementState } from "../routers/agreement.ts";
import type { Strategy } from "../routers/cascade.ts";
import { routerByName } from "../routers/registry.ts";
import { queryView } from "./query-view.ts";
import { areasUnderKnob } from "./sweep.ts";
import type { Candidate } from "./sweep.ts";

const prices = [0.001, 0.01, 0.1];
const table = tableOf({
  score: [
    [1, 1, 1],
    [0, 1, 1],
  ],
  costUsd: [prices, prices],
});
const view = queryView(table, Int32Array.of(0, 1), undefined, []);

/** A router that may ask each of these models alone: 0 is right on every other prompt, 1 and 2 on all. */
function asking(...columns: number[]): Candidate {
  const { models } = table;
  const quality = Float64Array.of(0.5, 1, 1);
  const costUsd = Float64Array.from(prices);
  const strategies = columns.map((column): Strategy => ({
    order: [column],
    bars: [],
    costUsd: prices[column]!,
    accuracy: quality[column]!,
  }));
  const ties = tieOrder(models, columnMeans(table.costUsd));
  const state: AgreementState = { strategies, verdicts: [], quality, costUsd, ties };
  const named = routerByName("agreement");
  const facts = { models, ties, policy: argmax, seed: 1, embedding: null, search: [], provenance: {} };
  const fitted: FittedRouter = { ...named, options: {}, state, ...facts };
  const each = [...quality];
  return { fitted, estimates: { quality: fromRows([each, each]), costUsd: fromRows([prices, prices]) } };
}

const areas = (...candidates: Candidate[]): number[] => areasUnderKnob(candidates, view);

describe("candidates whose knob is a budget are compared at the same budgets", () => {
  test("being unable to be cheap is no merit", () => {
    const [both, dearOnly] = areas(asking(0, 1), asking(1));
    expect(both).toBe(1);
    expect(dearOnly).toBe(1);
  });

  test("being able to spend more for nothing is none either", () => {
    const [two, three] = areas(asking(0, 1), asking(0, 1, 2));
    expect(two).toBe(three);
    // From 0.001 to 0.1, even in the logarithm: half of the budgets buy model 1.
    expect(two).toBeCloseTo((50 * 0.5 + 51) / 101, 12);
  });

  test("being able to spend more for something is", () => {
    const [cheapOnly, two] = areas(asking(0), asking(0, 1));
    expect(cheapOnly).toBe(0.5);
    expect(two).toBeGreaterThan(0.5);
  });
});

test("a pair that knows where its weak model is better is not taken for one that knows less", () => {
  // The weak model is right on the last two prompts and the strong one on the first two; both candidates know the order.
  const pair = tableOf({
    score: [0, 0, 1, 1].map((own) => [own, 1 - own]),
    costUsd: Array.from({ length: 4 }, () => [0.001, 0.01]),
  });
  const rows = Int32Array.from(pair.prompts.keys());
  const expecting = (...suffices: number[]): Candidate => {
    const ties = tieOrder(pair.models, columnMeans(pair.costUsd));
    const facts = { models: pair.models, ties, policy: argmax, seed: 1, embedding: null, search: [], provenance: {} };
    const quality = fromRows(suffices.map((chance) => [chance, 1]));
    const fitted: FittedRouter = { ...routerByName("pair-probe"), options: {}, state: {}, ...facts };
    return { fitted, estimates: { quality, costUsd: pair.costUsd } };
  };
  const [sure, unsure] = areasUnderKnob(
    [expecting(0.2, 0.4, 1.2, 1.4), expecting(0.1, 0.2, 0.3, 0.4)],
    queryView(pair, rows, undefined, []),
  );
  expect(sure).toBeGreaterThan(unsure!);
});
