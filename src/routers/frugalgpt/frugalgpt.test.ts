import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { estimateView } from "../../experiment/choose.ts";
import { fitContext } from "../../experiment/fit-context.ts";
import { fitMaterial, fitRouter } from "../../experiment/fit-router.ts";
import { queryView } from "../../experiment/query-view.ts";
import { replayAvgAcc, replayPolicy } from "../../experiment/replay.ts";
import { trainTable } from "../../experiment/train-table.ts";
import { seededRandom } from "../../math/random.ts";
import { mean } from "../../math/stats.ts";
import { madeUpFingerprint, oneExpert, tableOf, twoIslands, unitRows } from "../../../test/support/tables.ts";
import type { Sample } from "../../../test/support/tables.ts";
import { cascadeRows } from "../cascade.ts";
import type { CascadeRows } from "../cascade.ts";
import { routerByName } from "../registry.ts";
import { answerFeatures, featureNames } from "./features.ts";
import type { FrugalGptState } from "./frugalgpt.ts";
import { frugalFolds, outOfFoldPromise } from "./scorer.ts";
import { byFallingChance, forEachCut, searchStrategies } from "./search.ts";

interface Cut {
  readonly bar: number;
  readonly accuracy: number;
  readonly costUsd: number;
}

function cutsOf(rows: CascadeRows, chance: CascadeRows["score"], order: [number, number]): Cut[] {
  const cuts: Cut[] = [];
  const nothing = { right: 0, weight: 0, spentUsd: 0, rows: 0 };
  forEachCut(rows, chance, byFallingChance(chance, order[0]), order, nothing, (bar, accuracy, costUsd) =>
    cuts.push({ bar, accuracy, costUsd }),
  );
  return cuts;
}

function rowsOf(score: number[][], costUsd: number[][]): CascadeRows {
  const table = tableOf({ score, costUsd });
  const vectors = unitRows(score.length, seededRandom("vectors"), () => 0);
  return cascadeRows(trainTable(table, Int32Array.from(score.keys()), vectors));
}

function matrixOf(lines: number[][]): CascadeRows["score"] {
  return { rows: lines.length, cols: lines[0]!.length, data: Float64Array.from(lines.flat()) };
}

describe("the search (routers.md §4.13)", () => {
  const rows = rowsOf(
    [
      [1, 1],
      [0, 1],
      [1, 0],
      [0, 1],
    ],
    [
      [0.001, 0.01],
      [0.001, 0.02],
      [0.002, 0.01],
      [0.001, 0.03],
    ],
  );
  const chance = matrixOf([0.9, 0.6, 0.7, 0.2].map((first) => [first, 0.5]));

  test("golden: every cut of a before b", () => {
    const cuts = cutsOf(rows, chance, [0, 1]);
    expect(cuts.map(({ accuracy }) => accuracy)).toEqual([0.75, 0.75, 1, 0.75, 0.5]);
    [0.01875, 0.01625, 0.01375, 0.00875, 0.00125].forEach((costUsd, k) => {
      expect(cuts[k]!.costUsd).toBeCloseTo(costUsd, 12);
    });
  });

  test("answers of equal chance are accepted together or not at all", () => {
    const equal = matrixOf([0.7, 0.7, 0.7, 0.2].map((first) => [first, 0.5]));
    expect(cutsOf(rows, equal, [0, 1]).map(({ bar }) => bar)).toEqual([2, expect.closeTo(0.45, 12), 0.2]);
  });

  test("a row without an answer of the first model goes on to the second, and is paid for", () => {
    const failed = matrixOf([0.9, 0.6, NaN, 0.2].map((first) => [first, 0.5]));
    const cuts = cutsOf(rows, failed, [0, 1]);
    expect(cuts).toHaveLength(4);
    expect(cuts.at(-1)).toMatchObject({ accuracy: 0.25, costUsd: expect.closeTo((0.005 + 0.01) / 4, 12) });
  });

  const instance = fc.record({
    lines: fc.array(
      fc.record({
        score: fc.array(fc.constantFrom(0, 0.5, 1), { minLength: 3, maxLength: 3 }),
        chance: fc.array(fc.double({ min: 0.01, max: 0.99, noNaN: true }), { minLength: 3, maxLength: 3 }),
        price: fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 3, maxLength: 3 }),
      }),
      { minLength: 4, maxLength: 25 },
    ),
    budget: fc.double({ min: 0.001, max: 0.02, noNaN: true }),
  });

  test("is never worse than a grid of 40 thresholds, at any budget", () => {
    fc.assert(
      fc.property(instance, ({ lines, budget }) => {
        const own = rowsOf(
          lines.map(({ score }) => score),
          lines.map(({ price }) => price.map((units) => units / 1000)),
        );
        const chances = matrixOf(lines.map(({ chance: of }) => of));
        for (const [first, last] of [
          [0, 1],
          [1, 2],
          [2, 0],
        ] as const) {
          const within = cutsOf(own, chances, [first, last]).filter(({ costUsd }) => costUsd <= budget);
          const exact = Math.max(-1, ...within.map(({ accuracy }) => accuracy));
          for (let g = 0; g < 40; g++) {
            const grid = follow(own, chances, [first, last], [(g + 0.5) / 40]);
            if (grid.costUsd <= budget - 1e-12) expect(exact).toBeGreaterThanOrEqual(grid.accuracy - 1e-12);
          }
        }
      }),
      { numRuns: 100 },
    );
  });

  test.each([2, 3])(
    "with %d models each strategy scores and costs what it says, and dearer ones score more",
    (depth) => {
      fc.assert(
        fc.property(instance, ({ lines }) => {
          const own = rowsOf(
            lines.map(({ score }) => score),
            lines.map(({ price }) => price.map((units) => units / 1000)),
          );
          const chances = matrixOf(lines.map(({ chance: of }) => of));
          const strategies = searchStrategies(own, chances, depth, undefined);
          strategies.forEach(({ order, bars, accuracy, costUsd }, s) => {
            const found = follow(own, chances, order, bars);
            expect(found.accuracy).toBeCloseTo(accuracy, 9);
            expect(found.costUsd).toBeCloseTo(costUsd, 9);
            if (s > 0) expect(accuracy).toBeGreaterThan(strategies[s - 1]!.accuracy);
            if (s > 0) expect(costUsd).toBeGreaterThan(strategies[s - 1]!.costUsd);
          });
          const singles = own.columns.map((j) => mean(lines.map(({ score }) => score[j]!)));
          expect(strategies.at(-1)!.accuracy).toBeGreaterThanOrEqual(Math.max(...singles) - 1e-12);
        }),
        { numRuns: 60 },
      );
    },
  );
});

/** A strategy walked row by row: the plain meaning of what the search sums up. */
function follow(
  { score, costUsd }: CascadeRows,
  chance: CascadeRows["score"],
  order: readonly number[],
  bars: readonly number[],
): { readonly accuracy: number; readonly costUsd: number } {
  let right = 0;
  let spent = 0;
  for (let i = 0; i < score.rows; i++) {
    let step = 0;
    while (step < order.length - 1 && !(chance.data[i * score.cols + order[step]!]! >= bars[step]!)) {
      spent += costUsd.data[i * score.cols + order[step]!]!;
      step += 1;
    }
    spent += costUsd.data[i * score.cols + order[step]!]!;
    right += score.data[i * score.cols + order[step]!]!;
  }
  return { accuracy: right / score.rows, costUsd: spent / score.rows };
}

/**
 * A planted cascade: a cheap model that is right on every other prompt, whichever, and hedges where it is wrong; a dear
 * one that is always right. The question tells nothing, the answer everything. Best: cheap, then dear on half.
 */
function plantedCascade(queries: number): Sample {
  const random = seededRandom("planted cascade", queries);
  const right = Array.from({ length: queries }, () => random.below(2) === 0);
  return {
    vectors: unitRows(queries, random, () => 0),
    table: tableOf({
      models: ["cheap", "dear", "noise"],
      score: right.map((own, i) => [own ? 1 : 0, 1, i % 3 === 0 ? 1 : 0]),
      costUsd: right.map(() => [0.001, 0.02, 0.004]),
      answers: right.map((own, i) => [
        own ? `The result is ${17 * i}.` : `I am not sure, perhaps ${17 * i + 1}.`,
        `${17 * i}`,
        `It is ${23 * i}.`,
      ]),
    }),
  };
}

/** Fits on the first two thirds (a sixth of all of it to validate on) and replays on the rest. */
function replayOn(
  sample: Sample,
  label: string,
  policyBudget?: number,
): {
  readonly accuracy: number;
  readonly costUsd: number;
  readonly state: FrugalGptState;
} {
  const n = sample.table.prompts.length;
  const train = Int32Array.from({ length: Math.floor((2 * n) / 3) }, (_, i) => i);
  const rows = {
    train,
    validation: train.slice(Math.floor(n / 2)),
    unavailable: sample.table.datasets.map(() => undefined),
  };
  const vectors = { vectors: sample.vectors, fingerprint: madeUpFingerprint };
  const { fitted } = fitRouter(routerByName(label), fitMaterial(sample.table, rows, vectors, { seed: 42 }));
  const test = Int32Array.from({ length: n - train.length }, (_, i) => train.length + i);
  const view = queryView(sample.table, test, sample.vectors, []);
  const policy = policyBudget === undefined ? fitted.policy : ({ kind: "budget", budgetUsd: policyBudget } as const);
  const replay = replayPolicy(fitted, view, policy, estimateView(fitted, view));
  return { accuracy: replayAvgAcc(replay, view), costUsd: mean(replay.costUsd), state: fitted.state as FrugalGptState };
}

describe("where an answer shows whether it is right", () => {
  const sample = plantedCascade(300);

  test("the cascade is right on every prompt, for the cheap call and half of the dear ones", () => {
    const { accuracy, costUsd, state } = replayOn(sample, "frugalgpt");
    expect(state.scorers).not.toBeNull();
    expect(accuracy).toBeGreaterThanOrEqual(0.99);
    expect(costUsd).toBeLessThanOrEqual(0.001 + 0.55 * 0.02);
  });

  test("a budget for the cheap model alone buys the cheap model alone", () => {
    const { accuracy, costUsd } = replayOn(sample, "frugalgpt", 0.0011);
    expect(costUsd).toBeCloseTo(0.001, 12);
    expect(accuracy).toBeLessThan(0.7);
  });

  test("the question alone cannot tell: it pays for the dear model throughout", () => {
    const { accuracy, costUsd, state } = replayOn(sample, "frugalgpt/question-only");
    expect(state.scorers).toBeNull();
    expect(accuracy).toBeGreaterThanOrEqual(0.99);
    expect(costUsd).toBeGreaterThanOrEqual(0.9 * 0.02);
  });
});

test("where the question tells which of two models is right, the question alone does as well as the oracle", () => {
  expect(replayOn(twoIslands({ queries: 300, seed: 1 }), "frugalgpt").accuracy).toBeGreaterThanOrEqual(0.99);
});

test("chances that set bars come from a probe that did not see the row", () => {
  const sample = oneExpert({ queries: 60, seed: 2 });
  const all = Int32Array.from(sample.table.prompts.keys());
  const train = trainTable(sample.table, all, sample.vectors);
  const [fold] = frugalFolds(train, fitContext(1));
  const before = outOfFoldPromise(train, 1e-2, fitContext(1));
  const held = new Set(fold!.rows);
  const flipped = train.score.data.map((score, cell) => (held.has(Math.floor(cell / 4)) ? 1 - score : score));
  const after = outOfFoldPromise({ ...train, score: { ...train.score, data: flipped } }, 1e-2, fitContext(1));
  const cells = [...before.data.keys()];
  expect(cells.filter((cell) => held.has(Math.floor(cell / 4)) && before.data[cell] !== after.data[cell])).toEqual([]);
  expect(cells.some((cell) => before.data[cell] !== after.data[cell])).toBe(true);
});

describe("the features of an answer", () => {
  const read = (
    text: string,
    more: { prompt?: string; tokens?: number; verdict?: boolean } = {},
  ): Record<string, number> => {
    const { prompt = "Which?", tokens = NaN, verdict = false } = more;
    const values = answerFeatures({ prompt, text, completionTokens: tokens, promise: 0 }, verdict);
    expect(values).toHaveLength(featureNames.length);
    return Object.fromEntries(featureNames.map((name, f) => [name, values[f]!]));
  };

  test.each([
    ["", "empty"],
    ["1,234.50", "number"],
    ["(B)", "one letter"],
    ["Yes, it is.", "yes"],
    ["[No]", "no"],
    ["I'm sorry, but that is private.", "refusal"],
    ["\\boxed{7}", "boxed"],
    ["Do you mean the river?", "questions"],
  ])("%j has %s", (text, name) => {
    expect(read(text)[name]).toBe(1);
    expect(read("The capital of France.")[name]).toBe(0);
  });

  test("hedging, digits and loops are counted", () => {
    expect(read("I think it might be so")["hedge words"]).toBeGreaterThan(
      read("It is so and that is all")["hedge words"]!,
    );
    expect(read("12ab")["digits share"]).toBe(0.5);
    expect(read("one two three four five six seven eight ".repeat(4))["repeated 8-grams"]).toBeCloseTo(1 - 8 / 25, 12);
    expect(read("Paris", { prompt: "Is Paris large?" })["in the prompt"]).toBe(1);
  });

  test("tokens that were not counted are told from few", () => {
    expect(read("a")["tokens unknown"]).toBe(1);
    expect(read("a", { tokens: 7 })).toMatchObject({ "tokens unknown": 0, "log tokens": Math.log(8) });
  });

  test("a verdict is read as no answer", () => {
    expect(read("accepted", { verdict: true })).toEqual(read(""));
  });
});
