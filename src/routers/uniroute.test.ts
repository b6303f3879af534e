import { describe, expect, test } from "vitest";
import { centralDifferences, crossDots, relativeError } from "../../test/support/torch-fixture.ts";
import { noisy, twoIslands } from "../../test/support/tables.ts";
import { fitContext } from "../experiment/fit-context.ts";
import { trainTable } from "../experiment/train-table.ts";
import { matrix, matrix32 } from "../math/matrix.ts";
import { seededRandom } from "../math/random.ts";
import { transposed } from "../math/transposed.ts";
import { mean } from "../math/stats.ts";
import { avengers } from "./avengers.ts";
import { mapLoss, uniRoute } from "./uniroute.ts";
import type { MapData } from "./uniroute.ts";

describe("the slopes of the learnt map", () => {
  const [n, m, d, clusters] = [7, 3, 4, 3];
  const random = seededRandom("uniroute slopes");
  const drawn = (size: number): number[] =>
    Array.from({ length: size }, () => Math.round(random.normal() * 1000) / 1000);
  const x = drawn(n * d);
  const start = drawn(clusters * d);
  const worth = Array.from({ length: clusters * m }, () => random.uniform());
  worth[4] = 0;
  worth[5] = 1;
  const y = Array.from({ length: n * m }, (_, p) => (p % 5 === 2 ? NaN : [0, 0.25, 1][random.below(3)]!));
  const l2 = 0.05;
  const rows = { ...matrix32(n, d), data: Float32Array.from(x) };
  const data: MapData = {
    rows,
    across: transposed(rows),
    score: { ...matrix(n, m), data: Float64Array.from(y) },
    start: { ...matrix32(clusters, d), data: Float32Array.from(start) },
    l2,
  };
  const parameters = { weights: drawn(clusters * d), bias: drawn(clusters) };

  /** The formula in double precision. */
  function loss({ weights, bias }: Readonly<Record<string, readonly number[]>>): number {
    const logits = crossDots(x, weights!, d).map((line) => line.map((value, c) => Math.exp(value + bias![c]!)));
    const each = y.map((target, p) => {
      const own = logits[Math.floor(p / m)]!;
      const total = own.reduce((sum, value) => sum + value, 0);
      const chance = own.reduce((sum, value, c) => sum + (value / total) * worth[c * m + (p % m)]!, 0);
      const kept = 0.001 + 0.998 * chance;
      return -(target * Math.log(kept) + (1 - target) * Math.log(1 - kept));
    });
    const moved = weights!.reduce((sum, value, p) => sum + (value - start[p]!) ** 2, 0);
    return mean(each.filter((value) => !Number.isNaN(value))) + (l2 / 2) * moved;
  }

  test("are central differences of the formula, where scores are missing and means are 0 and 1, too", () => {
    const point = Float64Array.from([...parameters.weights, ...parameters.bias]);
    const slope = new Float64Array(point.length);
    const value = mapLoss(data, { ...matrix(clusters, m), data: Float64Array.from(worth) }, point, slope);
    const expected = centralDifferences(loss, parameters);
    expect(value).toBeCloseTo(loss(parameters), 6);
    expect(relativeError(slope.subarray(0, clusters * d), expected["weights"]!)).toBeLessThan(1e-4);
    expect(relativeError(slope.subarray(clusters * d), expected["bias"]!)).toBeLessThan(1e-4);
  });
});

describe("UniRoute", () => {
  const { table, vectors } = noisy(0.3)({ queries: 200, seed: 9 });
  const train = trainTable(
    table,
    Int32Array.from({ length: 150 }, (_, i) => i),
    vectors,
  );

  test("with the nearest cluster it is Avengers with topK 1 and means", () => {
    const shared = { clusters: 6, shrink: 4 };
    const ours = uniRoute.fit(train, uniRoute.options.parse({ map: "nearest", ...shared }), fitContext(1));
    const theirs = avengers.fit(train, avengers.options.parse({ topK: 1, ...shared }), fitContext(1));
    expect(uniRoute.estimateMany!(ours, vectors)).toEqual(avengers.estimateMany!(theirs, vectors));
  });

  test("the learnt map fits the training scores better than the one it starts from, and less so under more penalty", () => {
    const { embeddings, score } = train;
    const lost = (l2: number): number => {
      const state = uniRoute.fit(train, uniRoute.options.parse({ clusters: 4, l2 }), fitContext(1));
      const { quality } = uniRoute.estimateMany!(state, embeddings);
      return mean(Array.from(quality.data, (chance, p) => -Math.log(score.data[p] === 1 ? chance : 1 - chance)));
    };
    expect(lost(1e-4)).toBeLessThan(lost(1e-1));
    expect(lost(1e-1)).toBeLessThan(lost(1e6));
  });

  test("on two islands the learnt map sends each prompt to its own", () => {
    const islands = twoIslands({ queries: 80, seed: 2 });
    const all = trainTable(islands.table, Int32Array.from(islands.table.prompts.keys()), islands.vectors);
    const state = uniRoute.fit(all, uniRoute.options.parse({ clusters: 2 }), fitContext(1));
    const { quality } = uniRoute.estimateMany!(state, islands.vectors);
    const m = islands.table.models.length;
    islands.table.prompts.forEach((_, i) => {
      const own = Array.from(quality.data.subarray(i * m, (i + 1) * m));
      expect(islands.table.score.data[i * m + own.indexOf(Math.max(...own))]).toBe(1);
    });
  });
});
