/** Avengers and Avengers-Pro against the worked examples of routers.md §4.6 and §4.7. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { pick, tieOrder } from "../core/pick.ts";
import type { Policy } from "../core/policy.ts";
import type { Router, RouterQuery, TrainTable } from "../core/router.ts";
import { fitContext } from "../experiment/fit-context.ts";
import { trainTable } from "../experiment/train-table.ts";
import { columnMeans, row } from "../math/matrix.ts";
import { tableOf, twoIslands, vectorsOf } from "../../test/support/tables.ts";
import type { Sample } from "../../test/support/tables.ts";
import { avengersPro } from "./avengers-pro.ts";
import { avengers } from "./avengers.ts";
import { nearestClusters, similarities } from "./cluster-state.ts";
import { asRow } from "./as-row.ts";
import { resolveOptions } from "./registry.ts";

function everyRow({ table, vectors }: Sample): TrainTable {
  return trainTable(table, Int32Array.from(table.prompts.keys()), vectors);
}

function queryAt(embedding: ArrayLike<number>): RouterQuery {
  return { embedding: Float32Array.from(embedding), text: "", promptTokens: NaN };
}

/** The decision as every router's is made: its own, else the shared pick. */
function choose(router: Router, state: unknown, query: RouterQuery, policy: Policy, train: TrainTable): number {
  const own = router.decide?.(state, query, policy);
  const ties = tieOrder(train.models, columnMeans(train.costUsd));
  return own ? own.order[0]! : pick(router.estimate(state, query), policy, ties);
}

describe("nearest clusters (§4.6)", () => {
  const centroids = vectorsOf([
    [0.9, 0],
    [0, 0.8],
    [0.5, 0.5],
  ]);
  const similarity = similarities(centroids, asRow(Float32Array.of(0.6, 0.8))).data;

  test("δ is 0.46, 0.36, 0.30: centroids are not re-normalised", () => {
    expect(Array.from(similarity, (s) => Number((1 - s).toFixed(6)))).toEqual([0.46, 0.36, 0.3]);
  });

  test("the top two are clusters 2 and 1, weighing 0.63181 and 0.36819 at β 9", () => {
    const { clusters, weights } = nearestClusters(similarity, 2, 9);
    expect([...clusters]).toEqual([2, 1]);
    expect(weights[0]).toBeCloseTo(0.63181, 5);
    expect(weights[1]).toBeCloseTo(0.36819, 5);
  });

  test("with β 0 the nearest weigh the same; more clusters than there are is all of them", () => {
    expect([...nearestClusters(similarity, 9, 0).weights]).toEqual([1 / 3, 1 / 3, 1 / 3]);
  });

  test("equally near clusters are taken from the lower number on", () => {
    expect([...nearestClusters(Float32Array.of(0.5, 0.7, 0.7, 0.5), 3, 9).clusters]).toEqual([1, 2, 0]);
  });
});

describe("Avengers", () => {
  const scores = fc.array(fc.array(fc.constantFrom(0, 0.5, 1), { minLength: 3, maxLength: 3 }), {
    minLength: 1,
    maxLength: 12,
  });

  test("with one cluster and no shrinkage it is the best single model, prompt-weighted", () => {
    fc.assert(
      fc.property(scores, (score) => {
        const train = everyRow({ table: tableOf({ score }), vectors: vectorsOf(score.map((_, i) => [1, i])) });
        const options = resolveOptions(avengers, { clusters: 1, topK: 1, shrink: 0, restarts: 1 });
        const state = avengers.fit(train, options as never, fitContext(1));
        expect(avengers.estimate(state, queryAt([1, 0])).quality).toStrictEqual(columnMeans(train.score));
      }),
    );
  });

  test("with one cluster shrinkage changes nothing: a cluster is pulled to the mean it already has", () => {
    const { table, vectors } = twoIslands({ queries: 30, seed: 5 });
    const train = everyRow({ table, vectors });
    const options = resolveOptions(avengers, { clusters: 1, shrink: 10 });
    const { quality } = avengers.estimate(
      avengers.fit(train, options as never, fitContext(1)),
      queryAt(row(vectors, 0)),
    );
    quality.forEach((q, j) => expect(q).toBeCloseTo(columnMeans(train.score)[j]!, 12));
  });

  test("a cluster of two is pulled to the overall mean by ten pseudo-observations", () => {
    // two islands of two; model 1 scores 1 1 | 0 1, so its overall mean is .75
    const train = everyRow({
      table: tableOf({ score: [[1], [1], [0], [1]] }),
      vectors: vectorsOf([
        [1, 0],
        [1, 0],
        [0, 1],
        [0, 1],
      ]),
    });
    const options = resolveOptions(avengers, { clusters: 2, topK: 1, shrink: 10, restarts: 3 });
    const state = avengers.fit(train, options as never, fitContext(1));
    expect(avengers.estimate(state, queryAt([1, 0])).quality[0]).toBeCloseTo((2 * 1 + 10 * 0.75) / 12, 12);
    expect(avengers.estimate(state, queryAt([0, 1])).quality[0]).toBeCloseTo((2 * 0.5 + 10 * 0.75) / 12, 12);
  });

  test("rank mode adds up 1/(1 + rank) over the near clusters", () => {
    const train = everyRow({
      table: tableOf({
        score: [
          [1, 0, 0.5],
          [0, 1, 0.5],
        ],
      }),
      vectors: vectorsOf([
        [1, 0],
        [0, 1],
      ]),
    });
    const options = resolveOptions(avengers, { clusters: 2, topK: 2, beta: 0, aggregate: "rank", shrink: 0 });
    const { quality } = avengers.estimate(avengers.fit(train, options as never, fitContext(1)), queryAt([1, 0]));
    // ranks 0 2 1 and 2 0 1 → (1 + ⅓)/2, (⅓ + 1)/2, ½
    expect(Array.from(quality, (q) => Number(q.toFixed(9)))).toEqual([0.666666667, 0.666666667, 0.5]);
  });

  test("the reference preset is K 30, top 1, β 9, ranks, no shrinkage", () => {
    expect(resolveOptions(avengers, avengers.presets["reference"]!)).toMatchObject({
      clusters: 30,
      topK: 1,
      beta: 9,
      aggregate: "rank",
      shrink: 0,
    });
  });

  test("the uniroute preset chooses argmin error(cluster) + λ · cost, as UniRoute does", () => {
    const sample = twoIslands({ queries: 40, seed: 2 });
    const train = everyRow(sample);
    const options = resolveOptions(avengers, { ...avengers.presets["uniroute"], clusters: 6 });
    const state = avengers.fit(train, options as never, fitContext(1));
    const groups = state.centroids.rows;
    const ownCluster = (i: number): number =>
      nearestClusters(row(similarities(state.centroids, sample.vectors), i), 1, 9).clusters[0]!;
    for (const lambda of [0, 100, 400, 5000]) {
      for (let i = 0; i < 40; i++) {
        const members = [...Array(40).keys()].filter((r) => ownCluster(r) === ownCluster(i));
        const risk = [0, 1].map((j) => {
          const mean = (of: "score" | "costUsd"): number =>
            members.reduce((sum, r) => sum + row(train[of], r)[j]!, 0) / members.length;
          return 1 - mean("score") + lambda * mean("costUsd");
        });
        const policy: Policy = { kind: "costWeight", lambda };
        const column = choose(avengers, state, queryAt(row(sample.vectors, i)), policy, train);
        expect(risk[column]).toBeCloseTo(Math.min(...risk), 9);
      }
    }
    expect(groups).toBe(6);
  });
});

describe("Avengers-Pro on one cluster (§4.7)", () => {
  // p = .8 .6 .8 .2, c̄ = .01 .001 .004 .0005
  const train = everyRow({
    table: tableOf({ score: [[0.8, 0.6, 0.8, 0.2]], costUsd: [[0.01, 0.001, 0.004, 0.0005]] }),
    vectors: vectorsOf([[1, 0]]),
  });
  const query = queryAt([1, 0]);

  function fit(costNorm: "max" | "minmax", aggregate: "sum" | "rank"): unknown {
    const options = resolveOptions(avengersPro, { clusters: 1, shrink: 0, costNorm, aggregate, restarts: 1 });
    return avengersPro.fit(train, options as never, fitContext(1));
  }

  const golden: [number, number[], number[], number][] = [
    [0, [0, 0.9, 0.6, 0.95], [0, 0.947368, 0.631579, 1], 3],
    [0.25, [0.25, 0.841667, 0.7, 0.7125], [0.25, 0.877193, 0.723684, 0.75], 1],
    [0.5, [0.5, 0.783333, 0.8, 0.475], [0.5, 0.807018, 0.815789, 0.5], 2],
    [0.75, [0.75, 0.725, 0.9, 0.2375], [0.75, 0.736842, 0.907895, 0.25], 2],
    [1, [1, 0.666667, 1, 0], [1, 0.666667, 1, 0], 2],
  ];

  test.each(golden)("α %d balances score and cost as printed, for both norms", (alpha, max, minmax) => {
    for (const [norm, expected] of [["max", max] as const, ["minmax", minmax] as const]) {
      const { scaled } = avengersPro.estimate(fit(norm, "sum") as never, query);
      const balance = scaled!.quality.map((q, j) => alpha * q + (1 - alpha) * scaled!.cheapness[j]!);
      expect(Array.from(balance, (b) => Math.round(b * 1e6) / 1e6)).toEqual(expected);
    }
  });

  test.each(golden)("α %d picks the printed model, under both norms", (alpha, _max, _minmax, column) => {
    for (const norm of ["max", "minmax"] as const) {
      expect(choose(avengersPro, fit(norm, "sum"), query, { kind: "alpha", alpha }, train)).toBe(column);
    }
  });

  test("ranked as the reference does, ties at α 1 go to the first column, all else is the same", () => {
    const picks = golden.map(([alpha]) =>
      choose(avengersPro, fit("max", "rank"), query, { kind: "alpha", alpha }, train),
    );
    expect(picks).toEqual([3, 1, 2, 2, 0]);
  });
});

describe("Avengers-Pro's knob", () => {
  const sample = twoIslands({ queries: 60, seed: 9 });
  const train = everyRow(sample);

  test("with sums the normalised cost of the choice never rises as α falls", () => {
    const options = resolveOptions(avengersPro, { clusters: 8, topK: 3 });
    const state = avengersPro.fit(train, options as never, fitContext(4));
    const alpha = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.nat(59), alpha, alpha, (i, a, b) => {
        const query = queryAt(row(sample.vectors, i));
        const { scaled } = avengersPro.estimate(state, query);
        const cheapness = (at: number): number =>
          scaled!.cheapness[choose(avengersPro, state, query, { kind: "alpha", alpha: at }, train)]!;
        expect(cheapness(Math.min(a, b))).toBeGreaterThanOrEqual(cheapness(Math.max(a, b)));
      }),
    );
  });

  test("a table without any cost is refused in words", () => {
    const unpriced = { ...train, costUsd: { ...train.costUsd, data: train.costUsd.data.map(() => NaN) } };
    const options = resolveOptions(avengersPro, {});
    expect(() => avengersPro.fit(unpriced, options as never, fitContext(1))).toThrow("no training row has a cost");
  });
});
