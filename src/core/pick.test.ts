import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FitError } from "./errors.ts";
import { pick, ranking, tieOrder } from "./pick.ts";
import type { Policy } from "./policy.ts";
import type { Estimate } from "./router.ts";

const models = ["d", "c", "b", "a"].map((id) => ({ id }));

function estimate(quality: readonly number[], costUsd: readonly number[]): Estimate {
  return { quality: Float64Array.from(quality), costUsd: Float64Array.from(costUsd) };
}

const unknownCosts = tieOrder(models, new Float64Array(4).fill(NaN));

/** qualities .8 .6 .8 .2 at .01 .001 .004 .0005 USD: the example of Avengers-Pro (routers.md §4.7) */
const example = estimate([0.8, 0.6, 0.8, 0.2], [0.01, 0.001, 0.004, 0.0005]);

describe("policies over the example of §4.7", () => {
  test.each<[Policy, number, string]>([
    [{ kind: "argmax" }, 2, "of the two best the cheaper"],
    [{ kind: "costWeight", lambda: 0 }, 2, "as argmax"],
    [{ kind: "costWeight", lambda: 50 }, 2, ".3, .55, .6, .175"],
    [{ kind: "costWeight", lambda: 100 }, 1, "−.2, .5, .4, .15"],
    [{ kind: "costWeight", lambda: 1000 }, 3, "−9.2, −.4, −3.2, −.3"],
    [{ kind: "costWeight", lambda: Infinity }, 3, "the cheapest"],
    [{ kind: "alpha", alpha: 0 }, 3, "0, .947, .632, 1"],
    [{ kind: "alpha", alpha: 0.25 }, 1, ".25, .877, .724, .75"],
    [{ kind: "alpha", alpha: 0.5 }, 2, ".5, .807, .816, .5"],
    [{ kind: "alpha", alpha: 0.75 }, 2, ".75, .737, .908, .25"],
    [{ kind: "alpha", alpha: 1 }, 2, "a tie of 0 and 2, to the cheaper"],
    [{ kind: "floor", ratio: 1 }, 2, "the cheapest at .8"],
    [{ kind: "floor", ratio: 0.7 }, 1, "the cheapest at .56"],
    [{ kind: "floor", ratio: 0 }, 3, "the cheapest of all"],
    [{ kind: "threshold", threshold: 0.7 }, 2, "the cheapest at .7"],
    [{ kind: "threshold", threshold: 0.5 }, 1, "the cheapest at .5"],
    [{ kind: "threshold", threshold: 0.9 }, 2, "nobody reaches .9, so the best"],
  ])("%o chooses column %i: %s", (policy, column) => {
    expect(pick(example, policy, unknownCosts)).toBe(column);
  });
});

describe("what a policy may look at", () => {
  test("alpha scales over the allowed models of this query only", () => {
    // Without column 3 the scaled qualities are 1, 0, 1 and the cheapnesses 0, 1, .667.
    expect(pick(example, { kind: "alpha", alpha: 0.25 }, unknownCosts, Uint8Array.of(1, 1, 1, 0))).toBe(1);
    expect(pick(example, { kind: "alpha", alpha: 0.5 }, unknownCosts, Uint8Array.of(1, 1, 1, 0))).toBe(2);
  });

  test("alpha uses the router's own scaling when there is one", () => {
    const scaled = { quality: Float64Array.of(0, 0, 0, 1), cheapness: Float64Array.of(1, 0, 0, 0) };
    expect(pick({ ...example, scaled }, { kind: "alpha", alpha: 0.6 }, unknownCosts)).toBe(3);
    expect(pick({ ...example, scaled }, { kind: "alpha", alpha: 0.4 }, unknownCosts)).toBe(0);
  });

  test("floor and threshold measure the bar among the allowed", () => {
    const allowed = Uint8Array.of(0, 1, 0, 1);
    expect(pick(example, { kind: "floor", ratio: 0.9 }, unknownCosts, allowed)).toBe(1);
    expect(pick(example, { kind: "threshold", threshold: 0.7 }, unknownCosts, allowed)).toBe(1);
  });

  test("−Infinity is chosen by no policy while anything else is there", () => {
    const barred = estimate([-Infinity, 0.6, 0.8, 0.2], [0.00001, 0.001, 0.004, 0.0005]);
    for (const policy of [
      { kind: "costWeight", lambda: Infinity },
      { kind: "alpha", alpha: 0 },
      { kind: "floor", ratio: 0 },
    ] as const) {
      expect(pick(barred, policy, unknownCosts)).not.toBe(0);
    }
  });

  test("an unknown quality loses to every known one, however cheap", () => {
    const unknown = estimate([NaN, -5, NaN, NaN], [0, 1, 0, 0]);
    for (const kind of ["argmax", "costWeight"] as const) {
      expect(pick(unknown, kind === "argmax" ? { kind } : { kind, lambda: 1 }, unknownCosts)).toBe(1);
    }
  });

  test("an unknown price is not a free one", () => {
    const unpriced = estimate([0.5, 0.5], [NaN, 3]);
    expect(pick(unpriced, { kind: "argmax" }, unknownCosts)).toBe(1);
    expect(pick(unpriced, { kind: "costWeight", lambda: Infinity }, unknownCosts)).toBe(1);
  });

  test("with nothing known anywhere it still names an allowed column", () => {
    const nothing = estimate([NaN, NaN, NaN, NaN], [NaN, NaN, NaN, NaN]);
    expect(pick(nothing, { kind: "argmax" }, unknownCosts, Uint8Array.of(0, 1, 0, 0))).toBe(1);
  });

  test("no allowed model is an error with a remedy", () => {
    const call = (): number => pick(example, { kind: "argmax" }, unknownCosts, new Uint8Array(4));
    expect(call).toThrow(FitError);
    expect(call).toThrow("Allow at least one model");
  });
});

test("a ranking is what choosing again and again would give, each time without those before", () => {
  const number = fc.oneof(fc.integer({ min: -2, max: 2 }), fc.constantFrom(NaN, -Infinity, 0.5));
  const numbers = fc.array(number, { minLength: 4, maxLength: 4 });
  const weight = fc.constantFrom(0, 1, 50, Infinity);
  const policies = fc.oneof<fc.Arbitrary<Policy>[]>(
    fc.constant({ kind: "argmax" }),
    weight.map((lambda) => ({ kind: "costWeight", lambda })),
    weight.map((lambda) => ({ kind: "budget", budgetUsd: 1, lambda })),
    fc.constantFrom({ kind: "alpha", alpha: 0.5 }, { kind: "floor", ratio: 0.8 }, { kind: "threshold", threshold: 1 }),
  );
  const allowed = fc.array(fc.constantFrom(0, 1), { minLength: 4, maxLength: 4 });
  fc.assert(
    fc.property(numbers, numbers, policies, allowed, (quality, costUsd, policy, open) => {
      const left = Uint8Array.from(open);
      const expected: number[] = [];
      while (left.includes(1)) {
        const next = pick(estimate(quality, costUsd), policy, unknownCosts, left);
        left[next] = 0;
        expected.push(next);
      }
      const ranked = (most?: number): number[] =>
        ranking(estimate(quality, costUsd), policy, unknownCosts, { allowed: Uint8Array.from(open), most });
      expect(ranked()).toEqual(expected);
      expect(ranked(2)).toEqual(expected.slice(0, 2));
    }),
  );
});

describe("the canonical order among equals", () => {
  const quality = [1, 1, 1, 1];

  test("first the lower estimated cost", () => {
    expect(pick(estimate(quality, [4, 2, 3, 5]), { kind: "argmax" }, unknownCosts)).toBe(1);
  });

  test("then the lower mean training cost, an unknown one last", () => {
    const ties = tieOrder(models, Float64Array.of(NaN, 3, 2, 4));
    expect(pick(estimate(quality, [1, 1, 1, 1]), { kind: "argmax" }, ties)).toBe(2);
    expect([...ties]).toEqual([3, 1, 0, 2]);
  });

  test("then the lower id by code unit", () => {
    expect(pick(estimate(quality, [1, 1, 1, 1]), { kind: "argmax" }, unknownCosts)).toBe(3);
    expect([...tieOrder([{ id: "b" }, { id: "B" }, { id: "a10" }, { id: "a2" }], new Float64Array(4))]).toEqual([
      3, 0, 1, 2,
    ]);
  });

  test("equality is exact: the last bit decides before any cost", () => {
    expect(pick(estimate([0.3, 0.1 + 0.2], [0, 9]), { kind: "argmax" }, unknownCosts)).toBe(1);
  });
});

describe("laws", () => {
  const cell = fc.constantFrom(0, 0.25, 0.5, 1, NaN, -Infinity);
  const cost = fc.constantFrom(0, 0.001, 0.002, 0.004, NaN);
  const estimates = fc.array(fc.tuple(cell, cost), { minLength: 4, maxLength: 4 });
  const policy = fc.oneof(
    fc.constantFrom<Policy>({ kind: "argmax" }, { kind: "costWeight", lambda: Infinity }),
    fc.nat(1000).map((lambda): Policy => ({ kind: "costWeight", lambda })),
    fc.nat(10).map((tenth): Policy => ({ kind: "alpha", alpha: tenth / 10 })),
    fc.nat(10).map((tenth): Policy => ({ kind: "floor", ratio: tenth / 10 })),
  );

  test("the choice does not depend on the order of the columns", () => {
    fc.assert(
      fc.property(estimates, policy, fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 }), (cells, rule, order) => {
        const choose = (columns: readonly number[]): string => {
          const at = columns.map((j) => cells[j]!);
          const pool = columns.map((j) => models[j]!);
          const there = estimate(
            at.map(([q]) => q),
            at.map(([, c]) => c),
          );
          return pool[pick(there, rule, tieOrder(pool, there.costUsd))]!.id;
        };
        expect(choose(order)).toBe(choose([0, 1, 2, 3]));
      }),
    );
  });

  test("floor and threshold keep their promise, and a higher bar never costs less", () => {
    const known = fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(9)), {
      minLength: 4,
      maxLength: 4,
    });
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(known, share, share, fc.constantFrom("floor", "threshold"), (cells, a, b, kind) => {
        const there = estimate(
          cells.map(([q]) => q),
          cells.map(([, c]) => c),
        );
        const costAt = (bar: number): number => {
          const rule: Policy = kind === "floor" ? { kind: "floor", ratio: bar } : { kind: "threshold", threshold: bar };
          const column = pick(there, rule, unknownCosts);
          // What the rule promises: at least the bar where somebody reaches it.
          const top = Math.max(...there.quality);
          const promised = kind === "floor" ? bar * top : Math.min(bar, top);
          expect(there.quality[column]).toBeGreaterThanOrEqual(promised);
          return there.costUsd[column]!;
        };
        if (Math.max(a, b) <= Math.max(...there.quality)) {
          expect(costAt(Math.min(a, b))).toBeLessThanOrEqual(costAt(Math.max(a, b)));
        }
      }),
    );
  });
});
