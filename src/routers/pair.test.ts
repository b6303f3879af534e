import { describe, expect, test } from "vitest";
import { FitError } from "../core/errors.ts";
import { decide } from "../core/fitted-router.ts";
import type { FittedRouter } from "../core/fitted-router.ts";
import type { EstimateTable } from "../core/router.ts";
import { fitContext } from "../experiment/fit-context.ts";
import { fitMaterial, fitRouter } from "../experiment/fit-router.ts";
import { queryView } from "../experiment/query-view.ts";
import { trainTable } from "../experiment/train-table.ts";
import { seededRandom } from "../math/random.ts";
import { madeUpFingerprint, oneExpert, tableOf, unitRows } from "../../test/support/tables.ts";
import type { Sample } from "../../test/support/tables.ts";
import { areaUnderOracle, choosePair, strongWins } from "./pair.ts";
import { matchLabels, meanPairwiseDifference, shareMatched } from "./pair-labels.ts";
import { resolveOptions, routerByName } from "./registry.ts";

const auto = { strong: "auto", weak: "auto" };

function allRows({ table, vectors }: Sample): ReturnType<typeof trainTable> {
  return trainTable(table, Int32Array.from(table.prompts.keys()), vectors);
}

/** What a router fitted on all rows expects of them. */
function expectations(sample: Sample, label: string, given: Record<string, unknown> = {}): EstimateTable {
  const { router, fixed } = routerByName(label, given);
  const state: unknown = router.fit(allRows(sample), resolveOptions(router, fixed), fitContext(1));
  return router.estimateMany!(state, sample.vectors);
}

function column({ quality }: EstimateTable, j: number): number[] {
  return Array.from({ length: quality.rows }, (_, i) => quality.data[i * quality.cols + j]!);
}

/** A weak model that is right on the first of two islands, a strong one that is right everywhere at ten times the price. */
function islandsOfTwo(queries: number): Sample {
  const random = seededRandom("pair islands", queries);
  const islandOf = Array.from({ length: queries }, () => random.below(2));
  return {
    vectors: unitRows(queries, random, (i) => islandOf[i]!),
    table: tableOf({
      models: ["weak", "strong"],
      score: islandOf.map((island) => [island === 0 ? 1 : 0, 1]),
      costUsd: islandOf.map(() => [0.001, 0.01]),
    }),
  };
}

describe("the choice of a pair", () => {
  test("strong is the best single model; weak is at most half as dear and adds most to it", () => {
    const table = tableOf({
      models: ["best", "as-dear", "cheap-bad", "cheap-good"],
      score: [
        [1, 1, 0, 1],
        [1, 1, 0, 1],
        [1, 0, 1, 0],
        [0, 0, 0, 0],
      ],
      costUsd: [1, 2, 3, 4].map(() => [0.01, 0.009, 0.004, 0.004]),
    });
    const { strong, weak } = choosePair(allRows({ table, vectors: oneExpert({ queries: 4, seed: 1 }).vectors }), auto);
    expect([strong, weak]).toEqual([0, 3]);
  });

  test("a much cheaper model beats a slightly better one at half the price", () => {
    const scores = { rows: 2, cols: 3, data: Float64Array.of(1, 0.6, 0.5, 1, 0.6, 0.5) };
    expect(areaUnderOracle(scores, 0, 2, 0.01)).toBeGreaterThan(areaUnderOracle(scores, 0, 1, 0.5));
  });

  test("the area by hand: half the prompts gain 1, the greatest gains first", () => {
    const scores = { rows: 2, cols: 2, data: Float64Array.of(1, 0, 1, 1) };
    // Quality ½ without the strong model, 1 from a share of ½ on; linear between: 0.875 over the upper 0.9 of budgets.
    expect(areaUnderOracle(scores, 0, 1, 0.1)).toBeCloseTo(0.9 * 0.875, 12);
  });

  test("named models are taken, wrong names and one name twice refused", () => {
    const sample = oneExpert({ queries: 40, seed: 1 });
    expect(choosePair(allRows(sample), { strong: "model-1", weak: "model-2" })).toMatchObject({ strong: 1, weak: 2 });
    expect(() => choosePair(allRows(sample), { strong: "model-9", weak: "auto" })).toThrow('unknown model "model-9"');
    expect(() => choosePair(allRows(sample), { strong: "model-1", weak: "model-1" })).toThrow(FitError);
  });

  test("where none is cheaper than the best there is nothing to route", () => {
    const table = tableOf({ score: [[1, 0]], costUsd: [[0.001, 0.002]] });
    const vectors = oneExpert({ queries: 1, seed: 1 }).vectors;
    expect(choosePair(allRows({ table, vectors }), auto)).toMatchObject({ strong: 0, weak: -1 });
  });
});

describe("labels (routers.md §4.11)", () => {
  test.each([
    [0, 3 / 9],
    [0.1, 5 / 9],
    [0.2, 7 / 9],
  ])("golden: with a slack of %d the share of matched pairs is %d", (slack, share) => {
    expect(shareMatched([0.2, 0.6, 0.5], [0.7, 0.4, 0.6], slack)).toBeCloseTo(share, 12);
  });

  test("golden: the mean pairwise difference of .2, .5, .9, .9 is .3125", () => {
    expect(meanPairwiseDifference([0.2, 0.5, 0.9, 0.9])).toBeCloseTo(0.3125, 12);
  });

  const repeated = tableOf({
    prompts: ["a", "a", "a", "b"],
    score: [
      [0.2, 0.7],
      [0.6, 0.4],
      [0.5, 0.6],
      [NaN, 1],
    ],
  });
  const train = allRows({ table: repeated, vectors: oneExpert({ queries: 4, seed: 1 }).vectors });
  const pair = { weak: 0, strong: 1 };

  test("runs of one prompt are its samples; a prompt that one model never answered has no label", () => {
    expect([...matchLabels(train, pair, "prob")]).toEqual([3 / 9, 3 / 9, 3 / 9, NaN]);
    expect([...matchLabels(train, pair, "det")]).toEqual([0, 0, 0, NaN]);
  });

  test("trans takes off what sets the labels most apart", () => {
    const table = tableOf({
      score: [
        [0.1, 0.9],
        [0.5, 0.7],
        [0.5, 0.7],
        [0.2, 1],
      ],
    });
    const graded = allRows({ table, vectors: oneExpert({ queries: 4, seed: 1 }).vectors });
    expect([...matchLabels(graded, pair, "det")]).toEqual([0, 0, 0, 0]);
    expect([...matchLabels(graded, pair, "trans")]).toEqual([0, 1, 1, 0]);
  });

  test("a tie is half a win, a win of the weak model, or left out", () => {
    const table = tableOf({
      score: [
        [0, 1],
        [1, 1],
        [1, 0],
        [NaN, 1],
      ],
    });
    const won = (ties: "half" | "weak" | "drop"): number[] => [
      ...strongWins(allRows({ table, vectors: oneExpert({ queries: 4, seed: 1 }).vectors }), pair, ties).data,
    ];
    expect(won("half")).toEqual([1, 0.5, 0, NaN]);
    expect(won("weak")).toEqual([1, 0, 0, NaN]);
    expect(won("drop")).toEqual([1, NaN, 0, NaN]);
  });
});

describe("equivalences (routers.md §9 no. 5)", () => {
  const sample = oneExpert({ queries: 200, seed: 5 });
  const given = { strong: "model-3", weak: "model-0", l2: 1e-3 };

  test("on one run scored 0 or 1 the labels of hybridllm are the same, and it says so", () => {
    const det = expectations(sample, "hybridllm", given);
    expect(expectations(sample, "hybridllm/prob", given)).toEqual(det);
    expect(expectations(sample, "hybridllm/trans", given)).toEqual(det);
    const { router, fixed } = routerByName("hybridllm", given);
    const state: unknown = router.fit(allRows(sample), resolveOptions(router, fixed), fitContext(1));
    expect(router.note!(state)).toContain("are the same on this table");
  });

  test("routellm-mf with ties for the weak model and hybridllm det are complementary classifiers", () => {
    const winrate = column(expectations(sample, "routellm-mf/ties-weak", given), 0).map((chance) => 1 - chance);
    const matched = column(expectations(sample, "hybridllm", given), 0);
    matched.forEach((chance, i) => expect(chance + winrate[i]!).toBeCloseTo(1, 4));
    expect(Math.max(...matched) - Math.min(...matched)).toBeGreaterThan(0.2);
  });

  test("best-route on two models is hybridllm", () => {
    const two = islandsOfTwo(120);
    const pair = column(expectations(two, "hybridllm", { l2: 2e-3 }), 0);
    column(expectations(two, "best-route", { l2: 2e-3 }), 0).forEach((q, i) => expect(q).toBeCloseTo(pair[i]!, 4));
  });

  test("without intercept the mirrored fit has none: the opposite prompt has the opposite chance", () => {
    const { router, fixed } = routerByName("routellm-mf", { ...given, intercept: false });
    const state: unknown = router.fit(allRows(sample), resolveOptions(router, fixed), fitContext(1));
    const query = sample.vectors.data.subarray(0, 8);
    const chance = (embedding: Float32Array): number =>
      router.estimate(state, { embedding, text: "", promptTokens: NaN }).quality[0]!;
    expect(chance(query) + chance(query.map((value) => -value))).toBeCloseTo(1, 6);
    expect(chance(query)).not.toBeCloseTo(0.5, 2);
  });
});

describe("where the weak model is right on an island it can be told by", () => {
  const sample = islandsOfTwo(300);
  const train = Int32Array.from({ length: 200 }, (_, i) => i);
  const rows = { train, validation: train.slice(160), unavailable: [undefined] };
  const view = queryView(
    sample.table,
    Int32Array.from({ length: 100 }, (_, i) => 200 + i),
    sample.vectors,
    [undefined],
  );

  function fitted(label: string): FittedRouter {
    const material = fitMaterial(
      sample.table,
      rows,
      { vectors: sample.vectors, fingerprint: madeUpFingerprint },
      { seed: 42 },
    );
    return fitRouter(routerByName(label), material).fitted;
  }

  test.each([
    "routellm-mf",
    "routellm-mf/reference",
    "routellm-sw",
    "routellm-3class",
    "pair-probe",
    "routellm-ladder",
    "hybridllm",
    "best-route",
  ])("%s is right on every prompt and pays for the strong model only where it must", (label) => {
    const own = fitted(label);
    let right = 0;
    let strong = 0;
    view.table.prompts.forEach((_, i) => {
      const [choice = -1] = decide(own, view.query(i, false)).order;
      right += view.table.score.data[2 * i + choice]!;
      strong += choice;
    });
    const needed = view.table.score.data.filter((value, cell) => cell % 2 === 0 && value === 0).length;
    expect(right).toBeGreaterThanOrEqual(99);
    // The fixed half of the reference hardly routes: the published rule's flaw, not ours to hide.
    if (label !== "routellm-mf/reference") expect(strong).toBeLessThanOrEqual(needed + 10);
  });
});

test("the ladder has the models that no cheaper one beats, and leaves the others unknown", () => {
  const n = 60;
  const { vectors } = oneExpert({ queries: n, seed: 2 });
  const right = [0.3, 0.2, 0.6, 0.9, 0.8];
  const table = tableOf({
    score: Array.from({ length: n }, (_, i) => right.map((share) => (i % 10 < 10 * share ? 1 : 0))),
    costUsd: Array.from({ length: n }, () => [1, 2, 3, 4, 5].map((price) => price / 1000)),
  });
  const { quality } = expectations({ table, vectors }, "routellm-ladder");
  expect([...quality.data.subarray(0, 5)].map((value) => Number.isNaN(value))).toEqual([
    false,
    true,
    false,
    false,
    true,
  ]);
  expect(quality.data[3]).toBe(1);
});
