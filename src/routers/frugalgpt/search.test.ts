import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { trainTable } from "../../experiment/train-table.ts";
import { seededRandom } from "../../math/random.ts";
import { mean } from "../../math/stats.ts";
import { tableOf, unitRows } from "../../../test/support/tables.ts";
import { cascadeRows } from "../cascade.ts";
import type { CascadeRows } from "../cascade.ts";
import { byFallingChance, forEachCut, searchStrategies } from "./search.ts";

interface Cut {
  readonly bar: number;
  readonly accuracy: number;
  readonly costUsd: number;
}

function cutsOf(rows: CascadeRows, chance: CascadeRows["score"], order: [number, number]): Cut[] {
  const cuts: Cut[] = [];
  const nothing = { right: 0, weight: 0, spentUsd: 0, rows: 0, scored: 0 };
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

/** The rows with scores as given, NaN among them, each row with a weight of its own. */
function unevenRows(score: number[][], price: number[][]): CascadeRows {
  const whole = rowsOf(
    score.map((line) => line.map(() => 1)),
    price.map((line) => line.map((units) => units / 1000)),
  );
  return { ...whole, score: matrixOf(score), weight: Float64Array.from(score, (_, i) => 1 / (1 + (i % 3))) };
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

  const holed = fc.array(
    fc.record({
      score: fc.array(fc.constantFrom(0, 0.5, 1, NaN), { minLength: 3, maxLength: 3 }),
      chance: fc.array(fc.oneof(fc.double({ min: 0.01, max: 0.99, noNaN: true }), fc.constant(NaN)), {
        minLength: 3,
        maxLength: 3,
      }),
      price: fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 3, maxLength: 3 }),
    }),
    { minLength: 4, maxLength: 25 },
  );

  test("where answers were not scored, every cut still says what walking the rows says, and none is missed", () => {
    fc.assert(
      fc.property(holed, (lines) => {
        const own = unevenRows(
          lines.map(({ score }) => score),
          lines.map(({ price }) => price),
        );
        const chances = matrixOf(lines.map(({ chance: of }) => of));
        const cuts = cutsOf(own, chances, [0, 1]);
        for (const { bar, accuracy, costUsd } of cuts) {
          const found = follow(own, chances, [0, 1], [bar]);
          expect(accuracy).toBeCloseTo(found.accuracy, 9);
          expect(costUsd).toBeCloseTo(found.costUsd, 9);
        }
        const known = lines.filter(({ score }) => !Number.isNaN(score[1]!));
        for (const { chance: of } of known.filter((line) => !Number.isNaN(line.chance[0]!))) {
          const found = follow(own, chances, [0, 1], [of[0]!]);
          if (Number.isNaN(found.accuracy)) continue;
          expect(cuts.some((cut) => close(cut.accuracy, found.accuracy) && close(cut.costUsd, found.costUsd))).toBe(
            true,
          );
        }
      }),
      { numRuns: 200 },
    );
  });

  test("an accepted answer that was not scored saves the second call and leaves the mean", () => {
    const unscored = {
      ...rows,
      score: matrixOf([
        [1, 1],
        [NaN, 1],
        [1, 0],
        [0, 1],
      ]),
    };
    const cuts = cutsOf(unscored, chance, [0, 1]);
    expect(cuts.map(({ accuracy }) => accuracy)).toEqual([0.75, 0.75, 1, 1, 2 / 3].map((a) => expect.closeTo(a, 12)));
    expect(cuts.at(-1)!.costUsd).toBeCloseTo(0.00125, 12);
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

  test.each([2, 3])(
    "with %d models and answers that were not scored, each strategy costs and scores what it says",
    (depth) => {
      fc.assert(
        fc.property(holed, (lines) => {
          const own = unevenRows(
            lines.map(({ score }) => score),
            lines.map(({ price }) => price),
          );
          const chances = matrixOf(lines.map(({ chance: of }) => of));
          const cascades = searchStrategies(own, chances, depth, undefined).filter(({ order }) => order.length > 1);
          for (const { order, bars, accuracy, costUsd } of cascades) {
            const found = follow(own, chances, order, bars);
            expect(found.accuracy).toBeCloseTo(accuracy, 9);
            expect(found.costUsd).toBeCloseTo(costUsd, 9);
          }
        }),
        { numRuns: 60 },
      );
    },
  );
});

function close(a: number, b: number): boolean {
  return Math.abs(a - b) < 1e-9;
}

/**
 * A strategy walked row by row: the plain meaning of what the search sums up. Rows whose last answer was not scored are
 * no part of it; an accepted answer that was not scored is paid for and counts for no accuracy.
 */
function follow(
  { score, costUsd, weight }: CascadeRows,
  chance: CascadeRows["score"],
  order: readonly number[],
  bars: readonly number[],
): { readonly accuracy: number; readonly costUsd: number } {
  let [right, total, spent, rows] = [0, 0, 0, 0];
  for (let i = 0; i < score.rows; i++) {
    if (Number.isNaN(score.data[i * score.cols + order.at(-1)!]!)) continue;
    let step = 0;
    while (step < order.length - 1 && !(chance.data[i * score.cols + order[step]!]! >= bars[step]!)) {
      spent += costUsd.data[i * score.cols + order[step]!]!;
      step += 1;
    }
    spent += costUsd.data[i * score.cols + order[step]!]!;
    rows += 1;
    const own = score.data[i * score.cols + order[step]!]!;
    if (Number.isNaN(own)) continue;
    right += weight[i]! * own;
    total += weight[i]!;
  }
  return { accuracy: right / total, costUsd: spent / rows };
}
