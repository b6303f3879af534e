import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Price } from "../prices/price.ts";
import { exchangeRate, rereadUsd, switchPays } from "./stickiness.ts";
import type { Switch } from "./stickiness.ts";

const dated = { source: "test", asOf: "2026-01-01" };
const price = (input: number, cached?: number): Price => ({
  inputPerMillionUsd: input,
  ...(cached !== undefined && { cachedInputPerMillionUsd: cached }),
  outputPerMillionUsd: 10,
  ...dated,
});

const unit = fc.double({ min: 0, max: 1, noNaN: true });
const usd = fc.double({ min: 0, max: 0.1, noNaN: true });
const side = fc.record({ quality: unit, costUsd: usd });
const anySwitch: fc.Arbitrary<Switch> = fc.record({
  present: side,
  other: side,
  rereadUsd: usd,
  lambda: fc.oneof(fc.double({ min: 0, max: 1000, noNaN: true }), fc.constant(Infinity)),
  leastGain: fc.double({ min: 0, max: 0.1, noNaN: true }),
});

describe("reading the prefix anew", () => {
  test("costs the other's input price less what the present model's cache would have", () => {
    expect(rereadUsd(100_000, price(3, 0.3), price(1))).toBeCloseTo(0.07, 12);
  });

  test("costs the price of writing the other's cache, where it has one", () => {
    expect(rereadUsd(100_000, price(3, 0.3), { ...price(1), cacheWritePerMillionUsd: 1.25 })).toBeCloseTo(0.095, 12);
  });

  test("is never a gain, costs nothing where nothing is cached, and is unknown without prices", () => {
    expect(rereadUsd(100_000, price(3, 0.3), price(0.1))).toBe(0);
    expect(rereadUsd(0, undefined, undefined)).toBe(0);
    expect(rereadUsd(1, undefined, price(1))).toBeNaN();
  });

  test("costs no less with more tokens", () => {
    const tokens = fc.nat(1_000_000);
    fc.assert(
      fc.property(tokens, tokens, (a, b) => {
        const loss = (count: number): number => rereadUsd(count, price(3, 0.3), price(2));
        expect(loss(a + b)).toBeGreaterThanOrEqual(loss(a));
      }),
    );
  });
});

describe("a switch", () => {
  test("is made exactly when its gain exceeds the loss, at what a USD is worth", () => {
    const one = { present: { quality: 0.5, costUsd: 0.01 }, other: { quality: 0.6, costUsd: 0.01 }, leastGain: 0 };
    expect(switchPays({ ...one, rereadUsd: 0.09, lambda: 1 })).toBe(true);
    expect(switchPays({ ...one, rereadUsd: 0.11, lambda: 1 })).toBe(false);
    expect(switchPays({ ...one, rereadUsd: 0.11, lambda: 0 })).toBe(true);
  });

  test("that does not pay does not pay with a larger loss, a better present model or a higher bar", () => {
    fc.assert(
      fc.property(anySwitch, unit, (given, more) => {
        fc.pre(!switchPays(given));
        const { present } = given;
        expect(switchPays({ ...given, rereadUsd: given.rereadUsd + more })).toBe(false);
        expect(switchPays({ ...given, leastGain: given.leastGain + more })).toBe(false);
        expect(switchPays({ ...given, present: { ...present, quality: present.quality + more } })).toBe(false);
      }),
      { numRuns: 500 },
    );
  });

  test("and the switch back never both pay: a conversation cannot swing between two models", () => {
    fc.assert(
      fc.property(anySwitch, (given) => {
        const back = { ...given, present: given.other, other: given.present };
        expect(switchPays(given) && switchPays(back)).toBe(false);
      }),
      { numRuns: 500 },
    );
  });

  test("is made when nothing is known of the present model, and not when the loss is not known", () => {
    const known = { quality: 0.6, costUsd: 0.01 };
    const one = { lambda: 1, leastGain: 0, other: known };
    expect(switchPays({ ...one, present: { quality: NaN, costUsd: NaN }, rereadUsd: 1 })).toBe(true);
    expect(switchPays({ ...one, present: { ...known, quality: 0.1 }, rereadUsd: NaN })).toBe(false);
  });
});

describe("what a USD is worth", () => {
  const estimate = { quality: Float64Array.of(0.5, 0.9), costUsd: Float64Array.of(0.01, 0.03) };

  test("is the cost weight, the budget's price of quality, or α's weights over the ranges of this query", () => {
    expect(exchangeRate({ kind: "costWeight", lambda: 7 }, estimate, 0, 1)).toBe(7);
    expect(exchangeRate({ kind: "budget", budgetUsd: 1, lambda: 9 }, estimate, 0, 1)).toBe(9);
    expect(exchangeRate({ kind: "alpha", alpha: 0.5 }, estimate, 0, 1)).toBeCloseTo(20, 9);
    expect(exchangeRate({ kind: "argmax" }, estimate, 0, 3)).toBe(3);
  });

  test("is all that counts above a bar; below it the model cannot be kept", () => {
    expect(exchangeRate({ kind: "floor", ratio: 0.5 }, estimate, 0, 1)).toBe(Infinity);
    expect(exchangeRate({ kind: "floor", ratio: 0.9 }, estimate, 0, 1)).toBeUndefined();
    expect(exchangeRate({ kind: "threshold", threshold: 0.6 }, estimate, 0, 1)).toBeUndefined();
  });
});
