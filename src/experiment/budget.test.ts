import * as fc from "fast-check";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { givenEncoder, oneExpert, tableOf } from "../../test/support/tables.ts";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import { FitError, UsageError } from "../core/errors.ts";
import type { FittedRouter } from "../core/fitted-router.ts";
import { tieOrder } from "../core/pick.ts";
import { argmax } from "../core/policy.ts";
import type { Policy } from "../core/policy.ts";
import type { EstimateTable, Router } from "../core/router.ts";
import { columnMeans, fromRows } from "../math/matrix.ts";
import { routerByName } from "../routers/registry.ts";
import { loadRouter, saveRouter } from "./artefact.ts";
import { budgetPolicy, predictedSpendUsd } from "./budget.ts";
import { fitForServing } from "./fit-for-serving.ts";
import { queryView } from "./query-view.ts";
import type { QueryView } from "./query-view.ts";

interface Case {
  readonly fitted: FittedRouter;
  readonly view: QueryView;
  readonly estimates: EstimateTable;
}

/** A router of the registry, or a change of one, that expects what the table says. */
function expecting(quality: number[][], costUsd: number[][], change: Partial<Router> = {}): Case {
  const table = tableOf({ score: quality.map((line) => line.map(() => 1)), costUsd });
  const estimates = { quality: fromRows(quality), costUsd: fromRows(costUsd) };
  const { models } = table;
  const fitted: FittedRouter = {
    router: { ...routerByName("linear").router, ...change },
    label: "linear",
    options: {},
    state: {},
    models,
    ties: tieOrder(models, columnMeans(estimates.costUsd)),
    policy: argmax,
    seed: 1,
    embedding: null,
    search: [],
    provenance: {},
  };
  const rows = Int32Array.from(quality.keys());
  return { fitted, view: queryView(table, rows, undefined, [undefined]), estimates };
}

const spend = ({ fitted, view, estimates }: Case, policy: Policy): number =>
  predictedSpendUsd(fitted, view, estimates, policy);
const policyFor = ({ fitted, view, estimates }: Case, budgetUsd: number): Policy =>
  budgetPolicy(fitted, view, estimates, budgetUsd);

/** Two prompts, a cheap and a dear model; the dear one is worth 0.6 more on the first, 0.2 on the second. */
const two = expecting(
  [
    [0.2, 0.8],
    [0.6, 0.8],
  ],
  [
    [0.001, 0.005],
    [0.001, 0.005],
  ],
);

describe("a budget", () => {
  test("that the best models keep to costs no quality", () => {
    expect(policyFor(two, 0.005)).toEqual({ kind: "budget", budgetUsd: 0.005, lambda: 0 });
  });

  test("is spent where it buys most", () => {
    // 0.003 pays for the dear model once: on the first prompt. Its λ lies where only the second gives way.
    const policy = policyFor(two, 0.003);
    expect(policy).toMatchObject({ kind: "budget", budgetUsd: 0.003 });
    expect((policy as { lambda: number }).lambda).toBeCloseTo(0.2 / 0.004, 6);
    expect(spend(two, policy)).toBeCloseTo(0.003, 12);
  });

  test("is never overspent in prediction, and refused only under what the cheapest picks cost", () => {
    const size = { minLength: 3, maxLength: 3 };
    const line = (value: fc.Arbitrary<number>): fc.Arbitrary<number[][]> =>
      fc.array(fc.array(value, size), { minLength: 4, maxLength: 4 });
    const quality = line(fc.double({ min: 0, max: 1, noNaN: true }));
    const costUsd = line(fc.double({ min: 1e-6, max: 0.1, noNaN: true }));
    const share = fc.double({ min: -0.1, max: 1.1, noNaN: true });
    fc.assert(
      fc.property(quality, costUsd, share, (qualities, costs, part) => {
        const given = expecting(qualities, costs);
        const least = spend(given, { kind: "costWeight", lambda: Infinity });
        const most = spend(given, argmax);
        const budgetUsd = least + part * (most - least);
        if (budgetUsd < least) expect(() => policyFor(given, budgetUsd)).toThrow("out of reach");
        else expect(spend(given, policyFor(given, budgetUsd))).toBeLessThanOrEqual(budgetUsd);
      }),
    );
  });

  test("out of reach is an error that names the least it can be", () => {
    expect(() => policyFor(two, 0.0005)).toThrow(FitError);
    expect(() => policyFor(two, 0.0005)).toThrow(
      "a budget of 0.0005 USD a query is out of reach: it spends 0.001 USD at least",
    );
  });

  test("heeds the calibration that will serve", () => {
    // Raw qualities of 3 and 0 seem far apart; as chances of 0.95 and 0.5 they are worth less than the price of 150.
    const raw = expecting([[0, 3]], [[0.001, 0.005]], { qualityKind: "utility" });
    expect(() => policyFor(raw, 0.001)).toThrow("its quality has no unit");
    const calibration = { slope: Float64Array.of(1, 1), intercept: Float64Array.of(0, 0) };
    const mapped: Case = { ...raw, fitted: { ...raw.fitted, calibration } };
    const gain = 1 / (1 + Math.exp(-3)) - 0.5;
    expect((policyFor(mapped, 0.001) as { lambda: number }).lambda).toBeCloseTo(gain / 0.004, 6);
  });

  test.each<[string, Partial<Router>, string]>([
    ["ranks", { qualityKind: "rank" }, "its quality has no unit to set against USD"],
    ["a knob of its own", { operatingPolicy: "threshold" }, "its knob is threshold"],
    [
      "a lottery",
      { decide: () => ({ order: [0], estimate: { quality: Float64Array.of(0), costUsd: Float64Array.of(0) } }) },
      "it does not choose by quality and cost",
    ],
  ])("cannot be heeded by a router with %s", (_, change, words) => {
    const given = expecting([[0, 1]], [[0.001, 0.005]], change);
    expect(() => policyFor(given, 0.001)).toThrow(UsageError);
    expect(() => policyFor(given, 0.001)).toThrow(words);
  });

  test("is a cascade's own knob, from its cheapest strategy on", () => {
    const cascade = expecting([[0, 1]], [[0.001, 0.005]], {
      operatingPolicy: "budget",
      budgetRange: () => [0.002, 0.01],
    });
    expect(policyFor(cascade, 0.004)).toEqual({ kind: "budget", budgetUsd: 0.004 });
    expect(() => policyFor(cascade, 0.001)).toThrow("it spends 0.002 USD at least");
  });

  test("needs costs", () => {
    expect(() => policyFor(expecting([[0, 1]], [[0, 0]]), 0.001)).toThrow("the data have no costs");
  });
});

describe("a policy asked for", () => {
  const sample = oneExpert({ queries: 90, seed: 6 });
  const fit = (policy: Policy): ReturnType<typeof fitForServing> =>
    fitForServing(sample.table, routerByName("linear"), { seed: 1, encoder: givenEncoder(sample), policy });

  test("is what the saved router decides by", async () => {
    const folder = join(await temporaryFolder(), "router");
    const { fitted } = await fit({ kind: "floor", ratio: 0.9 });
    await saveRouter(folder, { fitted, encoderSpec: null, encoder: null });
    expect((await loadRouter(folder)).fitted.policy).toEqual({ kind: "floor", ratio: 0.9 });
  });

  test("as a budget is saved with the price found on validation, even the highest", async () => {
    const folder = join(await temporaryFolder(), "router");
    const { fitted } = await fit({ kind: "budget", budgetUsd: 1 });
    expect(fitted.policy).toEqual({ kind: "budget", budgetUsd: 1, lambda: 0 });
    const policy = { kind: "budget", budgetUsd: 0.001, lambda: Infinity } as const;
    await saveRouter(folder, { fitted: { ...fitted, policy }, encoderSpec: null, encoder: null });
    expect((await loadRouter(folder)).fitted.policy).toEqual(policy);
  });
});
