import { describe, expect, test } from "vitest";
import { collapseSeeds, observedStatistic, pairedDifference, stratifiedBootstrap } from "./bootstrap.ts";
import type { BootstrapInput } from "./bootstrap.ts";
import { holmAdjusted } from "./holm.ts";
import { fromRows, matrix } from "./matrix.ts";
import type { Matrix } from "./matrix.ts";
import type { Random } from "./random.ts";
import { seededRandom } from "./random.ts";
import { sampleSd } from "./stats.ts";

describe("stratifiedBootstrap", () => {
  test("agrees with a plain loop that draws the same numbers", () => {
    const input = graded({ prompts: 40, methods: 3, strata: 4 });
    const fast = stratifiedBootstrap({ ...input, draws: 50 }, seededRandom(1));
    const plain = plainBootstrap(input, 50, seededRandom(1));
    expect(maxGap(fast, plain)).toBeLessThan(1e-12);
  });

  test("merging equal prompts changes nothing", () => {
    const input = coinFlips({ prompts: 60, skills: [0.5, 0.8], strata: 3, random: seededRandom(2) });
    const fast = stratifiedBootstrap({ ...input, draws: 50 }, seededRandom(3));
    expect(maxGap(fast, plainBootstrap(input, 50, seededRandom(3)))).toBeLessThan(1e-12);
  });

  test("gives the standard error of a mean, sd / √n up to the divisor", () => {
    const input = graded({ prompts: 100, methods: 1, strata: 1 });
    const draws = stratifiedBootstrap({ ...input, draws: 8000 }, seededRandom(4));
    const expected = (sampleSd(input.values.data) * Math.sqrt(99 / 100)) / Math.sqrt(100);
    expect(sampleSd(draws.data) / expected).toBeCloseTo(1, 1);
  });

  test("leaves strata without prompts out", () => {
    const input = { values: fromRows([[1], [1]]), weights: ones(2), strata: Int32Array.of(0, 3), stratumCount: 5 };
    expect([...stratifiedBootstrap({ ...input, draws: 3 }, seededRandom(1)).data]).toEqual([1, 1, 1]);
    expect(observedStatistic(input)[0]).toBe(1);
  });

  test("refuses lengths that do not fit", () => {
    const input = { values: matrix(3, 1), weights: ones(2), strata: new Int32Array(3), stratumCount: 1 };
    expect(() => stratifiedBootstrap(input, seededRandom(1))).toThrow(/weights \(2\)/);
  });

  test("95 % intervals of a paired difference hold the truth in 95 ± 2 % of simulations", () => {
    const repeats = 700;
    let held = 0;
    for (let r = 0; r < repeats; r++) {
      const input = coinFlips({ prompts: 240, skills: [0.65, 0.55], strata: 3, random: seededRandom("world", r) });
      const draws = stratifiedBootstrap({ ...input, draws: 600 }, seededRandom("draws", r));
      const [low, high] = pairedDifference(draws, 0, 1).ci95;
      if (low <= 0.1 && 0.1 <= high) held++;
    }
    expect(held / repeats).toBeGreaterThan(0.93);
    expect(held / repeats).toBeLessThan(0.97);
  });

  test("of routers as skilled as the baseline, few tables declare a winner after Holm", () => {
    const repeats = 300;
    let wins = 0;
    for (let r = 0; r < repeats; r++) {
      const skills = [0.6, 0.6, 0.6, 0.6, 0.6, 0.6];
      const input = coinFlips({ prompts: 200, skills, strata: 3, random: seededRandom("alike", r) });
      const draws = stratifiedBootstrap({ ...input, draws: 1000 }, seededRandom("draws", r));
      const tests = [1, 2, 3, 4, 5].map((a) => pairedDifference(draws, a, 0));
      const adjusted = holmAdjusted(tests.map(({ p }) => p));
      if (tests.some(({ mean }, i) => mean > 0 && adjusted[i]! < 0.05)) wins++;
    }
    // two standard deviations of a share of 0.05 in 300
    expect(wins / repeats).toBeLessThanOrEqual(0.05 + 0.025);
  });
});

describe("pairedDifference", () => {
  test("is certain of nothing when the methods are one and the same", () => {
    const input = graded({ prompts: 30, methods: 1, strata: 2 });
    const twice = { ...input, values: twoColumns(input.values) };
    const draws = stratifiedBootstrap({ ...twice, draws: 100 }, seededRandom(1));
    expect(pairedDifference(draws, 0, 1)).toEqual({ mean: 0, ci95: [0, 0], p: 1 });
  });

  test("never gives p below 2 / (draws + 1)", () => {
    const draws = fromRows(Array.from({ length: 99 }, () => [1, 0]));
    expect(pairedDifference(draws, 0, 1).p).toBeCloseTo(0.02, 12);
  });
});

describe("collapseSeeds", () => {
  const runs = [
    { unitOf: Int32Array.of(10, 11, 20), datasetOf: Int32Array.of(0, 0, 1), values: [Float64Array.of(1, 0, 1)] },
    { unitOf: Int32Array.of(11, 20, 21), datasetOf: Int32Array.of(0, 1, 1), values: [Float64Array.of(1, 0, 1)] },
  ];

  test("the observed statistic is the mean over seeds of AvgAcc", () => {
    // seed 1: (0.5 + 1) / 2; seed 2: (1 + 0.5) / 2
    expect(observedStatistic(collapseSeeds(runs, { datasets: 2 }))[0]).toBeCloseTo(0.75, 12);
  });

  test("with total, it is the mean over seeds of the sum", () => {
    // (2 + 2) / 2; data set 0 has mean size 1.5 and mean 0.75, data set 1 the same
    expect(observedStatistic(collapseSeeds(runs, { datasets: 2, total: true }))[0]).toBeCloseTo(2.25, 12);
    const even = [{ ...runs[0]! }, { ...runs[0]! }];
    expect(observedStatistic(collapseSeeds(even, { datasets: 2, total: true }))[0]).toBeCloseTo(2, 12);
  });

  test("a prompt seen under two seeds is one observation", () => {
    const { values, weights } = collapseSeeds(runs, { datasets: 2 });
    expect(values.rows).toBe(4);
    expect([...weights]).toEqual([0.5, 1.5, 1.5, 0.5]);
  });

  test("the same test part under five seeds gives the interval of one seed", () => {
    const random = seededRandom("flips");
    const scores = Float64Array.from({ length: 80 }, () => (random.uniform() < 0.6 ? 1 : 0));
    const run = { unitOf: Int32Array.from(scores.keys()), datasetOf: new Int32Array(80), values: [scores] };
    const once = stratifiedBootstrap({ ...collapseSeeds([run], { datasets: 1 }), draws: 200 }, seededRandom(9));
    const five = collapseSeeds([run, run, run, run, run], { datasets: 1 });
    expect(maxGap(stratifiedBootstrap({ ...five, draws: 200 }, seededRandom(9)), once)).toBeLessThan(1e-12);
  });
});

function ones(n: number): Float64Array {
  return new Float64Array(n).fill(1);
}

function twoColumns(m: Matrix): Matrix {
  return fromRows([...m.data].map((value) => [value, value]));
}

function maxGap(a: Matrix, b: Matrix): number {
  return a.data.reduce((gap, value, i) => Math.max(gap, Math.abs(value - b.data[i]!)), 0);
}

/** Scores and weights that never repeat, so nothing can be merged. */
function graded({ prompts, methods, strata }: { prompts: number; methods: number; strata: number }): BootstrapInput {
  const random = seededRandom("graded", prompts, methods);
  const values = matrix(prompts, methods);
  values.data.forEach((_, i) => (values.data[i] = random.uniform()));
  const weights = methods === 1 ? ones(prompts) : Float64Array.from({ length: prompts }, () => 0.5 + random.uniform());
  return { values, weights, strata: Int32Array.from({ length: prompts }, (_, i) => i % strata), stratumCount: strata };
}

/** Right or wrong by independent coins; the true AvgAcc of method a is skills[a]. */
function coinFlips(options: { prompts: number; skills: number[]; strata: number; random: Random }): BootstrapInput {
  const { prompts, skills, strata, random } = options;
  const values = fromRows(Array.from({ length: prompts }, () => skills.map((p) => (random.uniform() < p ? 1 : 0))));
  const strataOf = Int32Array.from({ length: prompts }, (_, i) => i % strata);
  return { values, weights: ones(prompts), strata: strataOf, stratumCount: strata };
}

/** Stratum by stratum, draw by draw, prompt by prompt: as slow and as plain as can be. */
function plainBootstrap(input: BootstrapInput, draws: number, random: Random): Matrix {
  const { values, weights, strata, stratumCount } = input;
  const out = matrix(draws, values.cols);
  for (let d = 0; d < stratumCount; d++) {
    const rows = [...strata.keys()].filter((i) => strata[i] === d);
    for (let draw = 0; draw < draws; draw++) {
      const picked = rows.map(() => rows[Math.floor((random.nextU32() / 2 ** 32) * rows.length)]!);
      const weight = picked.reduce((total, i) => total + weights[i]!, 0);
      for (let a = 0; a < values.cols; a++) {
        const total = picked.reduce((sum, i) => sum + values.data[i * values.cols + a]!, 0);
        out.data[draw * values.cols + a]! += total / weight / stratumCount;
      }
    }
  }
  return out;
}
