/** Does a large pool beat a small, well-chosen one? (the paper's pool-size ablation) */
import { finiteOrNull } from "../../core/report.ts";
import { permutation, seededRandom } from "../../math/random.ts";
import { sortedQuantile } from "../../math/quantile.ts";
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
  leastModels: 2,

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

/** Pools of one size drawn at random: AvgAcc of the router over each, and of the lines that each pool has of its own. */
interface RandomPools {
  /** [draws]; empty for the full pool, which there is no drawing of */
  readonly router: readonly number[];
  readonly lines: Readonly<Record<Line, number>>;
}

const lines = ["random", "best-single", "oracle"] as const;
type Line = (typeof lines)[number];

/** [sizes] each draw is a nested sequence of pools. */
function randomPools(input: AnalysisInput, { seeds, sizes }: CuratedPools): RandomPools[] {
  const m = input.table.models.length;
  const orders = Array.from({ length: input.randomPools }, (_, draw) =>
    Array.from(permutation(m, seededRandom("pool-size", draw))),
  );
  return sizes.map((size, done) => {
    input.onProgress?.(done, sizes.length, `random pools of ${size}`);
    const splits = seeds.map(({ split }) => split.test);
    const accuracies = (label: string): Float64Array => {
      const drawn = size === m ? orders.slice(0, 1) : orders;
      const values = drawn.map((order) =>
        seeds.map((seed) => routePool(input, seed, order.slice(0, size), label).score),
      );
      return compareValues(input.table, splits, values, 0).mean;
    };
    const [random, bestSingle, oracle] = lines.map((label) => mean(accuracies(label)));
    return {
      router: size === m ? [] : Array.from(accuracies(input.routers[0]!)).toSorted((a, b) => a - b),
      lines: { random: random!, "best-single": bestSingle!, oracle: oracle! },
    };
  });
}

/** Lower and upper quartile. */
function quartiles(sorted: readonly number[]): [number, number] {
  const values = Float64Array.from(sorted);
  return [sortedQuantile(values, 0.25), sortedQuantile(values, 0.75)];
}

function findings(input: AnalysisInput, curated: CuratedPools, random: readonly RandomPools[]): string[] {
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
  const drawn = random[enough]?.router ?? [];
  if (drawn.length > 0) {
    const [low, high] = quartiles(drawn);
    sentences.push(
      `${drawn.length} random pools of that size score ${share(mean(drawn))} % in the mean (middle half: ${share(low)} to ${share(high)} %).`,
    );
  }
  return sentences;
}

function table({ sizes, comparison, costUsd }: CuratedPools, random: readonly RandomPools[]): Answer["tables"][number] {
  const full = sizes.length - 1;
  return {
    title: "AvgAcc by size of the pool",
    note: "Curated: the best model, the best pair, then whatever helps an oracle most, judged on the training part of each seed. Random pools: mean and quartiles of the router, and the mean of the lines each pool has of its own.",
    columns: [
      { name: "Models", unit: "count" },
      { name: "Curated", unit: "fraction" },
      { name: "low", unit: "fraction" },
      { name: "high", unit: "fraction" },
      { name: "Against the full pool", unit: "points" },
      { name: "Random pools", unit: "fraction" },
      { name: "lower quartile", unit: "fraction" },
      { name: "upper quartile", unit: "fraction" },
      { name: "random model there", unit: "fraction" },
      { name: "best single there", unit: "fraction" },
      { name: "oracle there", unit: "fraction" },
      { name: "Curated, cost", unit: "usd" },
    ],
    rows: sizes.map((size, k) => {
      const { router: drawn, lines: own } = random[k]!;
      return [
        size,
        finiteOrNull(comparison.mean[k]),
        ...comparison.interval(k).map(finiteOrNull),
        finiteOrNull(comparison.difference(k, full).mean),
        finiteOrNull(mean(drawn)),
        ...(drawn.length === 0 ? [null, null] : quartiles(drawn)),
        ...lines.map((line) => finiteOrNull(own[line])),
        finiteOrNull(costUsd[k]),
      ];
    }),
  };
}

function chart(
  input: AnalysisInput,
  { sizes, comparison }: CuratedPools,
  random: readonly RandomPools[],
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
          const { router: drawn } = random[k]!;
          if (drawn.length === 0) return [];
          const [low, high] = quartiles(drawn);
          return [{ x, y: mean(drawn), low, high }];
        }),
      },
      { name: "best single model", points: sizes.map((x) => ({ x, y: finiteOrNull(baseline) })) },
    ],
  };
}
