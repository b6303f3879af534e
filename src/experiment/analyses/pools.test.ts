import { describe, expect, test } from "vitest";
import { analysisInput } from "../../../test/support/analysis-input.ts";
import { oneExpert, tableOf } from "../../../test/support/tables.ts";
import { seededRandom } from "../../math/random.ts";
import { lossNotExcluded } from "./curated-pools.ts";
import { curation } from "./curation.ts";
import { poolSize } from "./pool-size.ts";
import { curatedColumns, poolSeeds } from "./pools.ts";
import { drawPools } from "./random-pools.ts";
import { analyze } from "./registry.ts";

describe("a curated pool", () => {
  test("of one model is the best single model, though the best pair goes without it", async () => {
    // a is right on four of six, b and c on three each, and always one of the two
    const rows = [
      [1, 1, 0],
      [1, 1, 0],
      [1, 0, 1],
      [1, 0, 1],
      [0, 0, 1],
      [0, 1, 0],
    ];
    const table = tableOf({ score: Array.from({ length: 60 }, (_, i) => rows[i % 6]!) });
    const [seed] = await poolSeeds(analysisInput(table, ["best-single"]));
    expect(curatedColumns(seed!, 1, 3)).toEqual([0]);
    expect(new Set(curatedColumns(seed!, 2, 3))).toEqual(new Set([1, 2]));
    expect(new Set(curatedColumns(seed!, 3, 3))).toEqual(new Set([0, 1, 2]));
  });
});

describe("random pools", () => {
  test("are all pools where there are no more than asked for, else that many different ones", () => {
    const pairs = drawPools(4, 2, 20).map(String);
    expect(new Set(pairs)).toEqual(new Set(["0,1", "0,2", "0,3", "1,2", "1,3", "2,3"]));
    expect(pairs).toHaveLength(6);
    expect(drawPools(4, 4, 20)).toEqual([[0, 1, 2, 3]]);
    const many = drawPools(29, 5, 20);
    expect(new Set(many.map(String)).size).toBe(20);
    expect(many.every((pool) => pool.length === 5 && pool.every((j) => j < 29))).toBe(true);
  });

  test("stand between the lines that each has of its own", async () => {
    const { table } = oneExpert({ queries: 120, seed: 4 });
    const { tables, charts, settings } = await analyze(poolSize, {
      ...analysisInput(table, ["linear", "knn"]),
      randomPools: 20,
    });
    const [head, ...others] = tables[1]!.rows.map((row) => row.map(Number));
    const [, pools, router, , , random, bestSingle, oracle, gain] = head!;
    expect([pools, router, random, bestSingle]).toEqual([4, oracle, oracle, oracle]);
    expect(gain).toBe(0);
    expect(others.map(([models, count]) => [models, count])).toEqual([
      [2, 6],
      [3, 4],
      [4, 1],
    ]);
    for (const row of others) {
      expect(row[7]! - row[5]!).toBeGreaterThan(0);
      expect(row[7]! - row[6]!).toBeGreaterThan(0);
      expect(row[8]).toBeCloseTo(row[2]! - row[6]!, 12);
      // over all pools of a size every model is met equally often
      expect(row[5]).toBeCloseTo(random!, 12);
    }
    expect(charts).toHaveLength(2);
    expect(settings).toMatchObject({ router: "linear", encoder: "ngram" });
  });
});

describe("curation", () => {
  test("says when the seeds do not agree on the pool", async () => {
    const random = seededRandom("alike");
    const alike = tableOf({
      score: Array.from({ length: 60 }, () => Array.from({ length: 4 }, () => random.below(2))),
    });
    const input = { ...analysisInput(alike, ["best-single"]), seeds: [1, 2, 3, 4, 5, 6] };
    const { findings } = await analyze(curation, input);
    expect(findings.join(" ")).toMatch(/The seeds do not agree on the pool: over 6 seeds \d models were chosen for/);
  });

  test("has nothing to disagree on where one pool is best under every seed", async () => {
    const clear = tableOf({ score: Array.from({ length: 60 }, () => [1, 0, 0]) });
    const { findings } = await analyze(curation, analysisInput(clear, ["best-single"]));
    expect(findings[0]).toBe("The smallest curated pool that is not worse beyond noise has 1 model: m1.");
    expect(findings.join(" ")).not.toContain("agree");
  });
});

describe("a loss that the data do not exclude", () => {
  test.each([
    [[-0.234, 0] as const, " The data do not exclude a loss of 23.4 points."],
    [[-0.009, 0.02] as const, ""],
  ])("of the interval %j is named from a point on", (interval, words) => {
    expect(lossNotExcluded([...interval])).toBe(words);
  });
});
