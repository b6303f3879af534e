/** Does a large pool beat a small, well-chosen one? (the paper's pool-size ablation) */
import { finiteOrNull } from "../../core/report.ts";
import { permutation, seededRandom } from "../../math/random.ts";
import { mean } from "../../math/stats.ts";
import type { AnalysisInput, AnalysisKind, Answer } from "./analysis.ts";
import { curatedPools } from "./curated-pools.ts";
import type { CuratedPools } from "./curated-pools.ts";
import { compareValues, routePool } from "./pools.ts";
import { points, share } from "./wording.ts";

export const poolSize: AnalysisKind = {
  name: "pool-size",
  title: "Pool size",
  question: "How many models does the router need, picked at random or by a curator?",

  fits: true,

  async run(input): Promise<Answer> {
    const curated = await curatedPools(input);
    const random = randomPools(input, curated);
    return {
      findings: findings(input, curated, random),
      tables: [table(curated, random)],
      charts: [chart(input, curated, random)],
    };
  },
};

/** [sizes][draws] AvgAcc of the router over pools drawn at random; each draw is a nested sequence. */
function randomPools(input: AnalysisInput, { seeds, sizes }: CuratedPools): number[][] {
  const m = input.table.models.length;
  const orders = Array.from({ length: input.randomPools }, (_, draw) =>
    Array.from(permutation(m, seededRandom("pool-size", draw))),
  );
  return sizes.map((size, done) => {
    input.onProgress?.(done, sizes.length, `random pools of ${size}`);
    if (size === m) return [];
    const values = orders.map((order) =>
      seeds.map((seed) => routePool(input, seed, order.slice(0, size), input.routers[0]!).score),
    );
    const splits = seeds.map(({ split }) => split.test);
    return Array.from(compareValues(input.table, splits, values, 0).mean);
  });
}

function findings(input: AnalysisInput, curated: CuratedPools, random: readonly number[][]): string[] {
  const { sizes, comparison, enough } = curated;
  const full = sizes.length - 1;
  const { mean: delta, ci95 } = comparison.difference(enough, full);
  const of = `${input.routers[0]} over ${sizes[enough]} curated models`;
  const sentences = [
    enough === full
      ? `${input.routers[0]} is better over all ${sizes[full]} models than over any smaller curated pool tried.`
      : `${of} scores ${share(comparison.mean[enough]!)} %, over all ${sizes[full]} ${share(comparison.mean[full]!)} %: ` +
        `${points(delta)} points, 95 % interval ${points(ci95[0])} to ${points(ci95[1])}. It is the smallest pool that is not worse beyond noise.`,
  ];
  const drawn = random[enough] ?? [];
  if (drawn.length > 0) {
    sentences.push(
      `${drawn.length} random pools of that size score ${share(mean(drawn))} % in the mean (${share(Math.min(...drawn))} to ${share(Math.max(...drawn))} %).`,
    );
  }
  return sentences;
}

function table({ sizes, comparison, costUsd }: CuratedPools, random: readonly number[][]): Answer["tables"][number] {
  const full = sizes.length - 1;
  return {
    title: "AvgAcc by size of the pool",
    note: "Curated: the order in which a greedy oracle adds models, judged on the training part of each seed.",
    columns: [
      { name: "Models", unit: "count" },
      { name: "Curated", unit: "fraction" },
      { name: "low", unit: "fraction" },
      { name: "high", unit: "fraction" },
      { name: "Against the full pool", unit: "points" },
      { name: "Random, mean", unit: "fraction" },
      { name: "Random, least", unit: "fraction" },
      { name: "Random, most", unit: "fraction" },
      { name: "Curated, cost", unit: "usd" },
    ],
    rows: sizes.map((size, k) => {
      const drawn = random[k]!;
      return [
        size,
        finiteOrNull(comparison.mean[k]),
        ...comparison.interval(k).map(finiteOrNull),
        finiteOrNull(comparison.difference(k, full).mean),
        finiteOrNull(mean(drawn)),
        drawn.length === 0 ? null : Math.min(...drawn),
        drawn.length === 0 ? null : Math.max(...drawn),
        finiteOrNull(costUsd[k]),
      ];
    }),
  };
}

function chart(
  input: AnalysisInput,
  { sizes, comparison }: CuratedPools,
  random: readonly number[][],
): Answer["charts"][number] {
  const baseline = comparison.mean[sizes.length]!;
  return {
    kind: "lines",
    title: `${input.routers[0]} over pools of growing size`,
    x: "models in the pool",
    y: "AvgAcc",
    unit: "fraction",
    series: [
      {
        name: "curated",
        points: sizes.map((x, k) => {
          const [low, high] = comparison.interval(k);
          return { x, y: finiteOrNull(comparison.mean[k]), low: finiteOrNull(low), high: finiteOrNull(high) };
        }),
      },
      {
        name: "random, mean",
        points: sizes.flatMap((x, k) => {
          const drawn = random[k]!;
          return drawn.length === 0 ? [] : [{ x, y: mean(drawn), low: Math.min(...drawn), high: Math.max(...drawn) }];
        }),
      },
      { name: "best single model", points: sizes.map((x) => ({ x, y: finiteOrNull(baseline) })) },
    ],
  };
}
