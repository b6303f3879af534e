import { describe, expect, test } from "vitest";
import { allAlike, oneExpert, tableOf, withHoles } from "../../../test/support/tables.ts";
import type { Sample } from "../../../test/support/tables.ts";
import { fitContext } from "../../experiment/fit-context.ts";
import { trainTable } from "../../experiment/train-table.ts";
import type { TrainTable } from "../../core/router.ts";
import { matrix32 } from "../../math/matrix.ts";
import { auto } from "./auto.ts";
import type { AutoState } from "./auto.ts";
import { crossValidationFolds } from "../folds.ts";

function trainOn({ table, vectors }: Sample): TrainTable {
  return trainTable(table, Int32Array.from(table.prompts.keys()), vectors);
}

function fitOn(sample: Sample, given: object = {}): AutoState {
  return auto.fit(trainOn(sample), auto.options.parse(given), fitContext(7));
}

describe("the choice", () => {
  test("a learned member where experts differ, with the gain and its bound", () => {
    const state = fitOn(oneExpert({ queries: 400, seed: 3 }));
    expect(state.chosen).not.toBe("best-single");
    expect(state.gain).toBeGreaterThan(0.3);
    expect(state.lowerBound).toBeLessThan(state.gain);
    expect(state.lowerBound).toBeGreaterThan(0);
    expect(state.reason).toMatch(
      /points over best-single in cross-validation, at least \+[\d.]+ with 90 % confidence$/,
    );
  });

  test("stands down where all are alike, and says how many prompts would settle it", () => {
    const state = fitOn(allAlike({ queries: 300, seed: 5 }));
    expect(state.chosen).toBe("best-single");
    expect(state.reason).toMatch(/^stands down to best-single/);
    const needed = /about (\d+) training prompts/.exec(state.reason)?.[1];
    if (state.gain > 0) expect(Number(needed)).toBeGreaterThan(300);
    else expect(state.reason).toContain("no candidate gains anything");
  });

  test("stands down where there is nothing to cross-validate on", () => {
    const empty = tableOf({ score: [[NaN, NaN]] });
    const state = fitOn({ table: empty, vectors: { ...matrix32(1, 4), data: new Float32Array([1, 0, 0, 0]) } });
    expect(state.chosen).toBe("best-single");
    expect(state.reason).toContain("nothing to cross-validate on");
  });

  test("a stricter level never chooses a learned member where a laxer one stands down", () => {
    for (const seed of [1, 2, 3, 4]) {
      const sample = withHoles(oneExpert({ queries: 60, seed, experts: 2 }), 0.3, seed);
      const lax = fitOn(sample, { level: 0.6 }).chosen === "best-single";
      const strict = fitOn(sample, { level: 0.999 }).chosen === "best-single";
      if (lax) expect(strict).toBe(true);
    }
  });

  test("deviates seldom where all models are alike", () => {
    const seeds = Array.from({ length: 20 }, (_, seed) => seed + 1);
    const deviated = seeds.filter((seed) => fitOn(allAlike({ queries: 100, seed })).chosen !== "best-single");
    expect(deviated.length).toBeLessThanOrEqual(4); // P(more | 10 %) = 4 %; unguarded, the best of sixteen deviates far oftener
  });

  test("every candidate that was tried is on record", () => {
    const { tried } = fitOn(oneExpert({ queries: 80, seed: 3 }));
    expect(new Set(tried.map(({ router }) => router))).toEqual(new Set(["linear", "knn", "blend", "avengers"]));
    for (const { gain } of tried) expect(gain).toBeLessThanOrEqual(1);
  });
});

describe("folds", () => {
  const sample = oneExpert({ queries: 120, seed: 9 });
  const prompts = sample.table.prompts.map((_, i) => `prompt ${Math.floor(i / 2)}`);
  const groupOf = Int32Array.from(prompts, (_, i) => Math.floor(i / 2));
  const paired: Sample = { ...sample, table: { ...sample.table, prompts, groupOf, datasetOf: new Int32Array(120) } };
  const folds = crossValidationFolds(trainOn(paired), 5, fitContext(1), "auto");

  test("hold every row out once", () => {
    const held = folds.flatMap((fold) => [...fold.held.prompts]).toSorted();
    expect(held).toEqual(prompts.toSorted());
  });

  test("keep rows of one text together", () => {
    for (const { train, held } of folds) {
      expect(held.prompts.filter((text) => train.prompts.includes(text))).toEqual([]);
      expect(train.prompts.length + held.prompts.length).toBe(120);
    }
  });

  test("keep rows of one text together across data sets", () => {
    const twoSets: Sample = {
      ...paired,
      table: {
        ...paired.table,
        datasets: [paired.table.datasets[0]!, paired.table.datasets[0]!],
        datasetOf: Int32Array.from(prompts, (_, i) => i % 2),
      },
    };
    for (const { train, held } of crossValidationFolds(trainOn(twoSets), 5, fitContext(1), "auto"))
      expect(held.prompts.filter((text) => train.prompts.includes(text))).toEqual([]);
  });

  test("share nothing with one another or with the whole table", () => {
    const context = fitContext(1);
    context.shared("x", () => "whole");
    const [first, second] = crossValidationFolds(trainOn(paired), 5, context, "auto");
    expect(first!.context.shared("x", () => "first")).toBe("first");
    expect(second!.context.shared("x", () => "second")).toBe("second");
  });
});
