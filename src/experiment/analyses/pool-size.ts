/** Does a large pool beat a small, well-chosen one? (the paper's pool-size ablation) */
import { plural } from "../../core/plural.ts";
import { finiteOrNull } from "../../core/report.ts";
import { quantile } from "../../math/quantile.ts";
import { mean } from "../../math/stats.ts";
import type { AnalysisInput, AnalysisKind, Answer } from "./analysis.ts";
import { curatedPools, lossNotExcluded } from "./curated-pools.ts";
import type { CuratedPools } from "./curated-pools.ts";
import { randomPools } from "./random-pools.ts";
import type { RandomPools } from "./random-pools.ts";
import { points, share } from "./wording.ts";

export const poolSize: AnalysisKind = {
  name: "pool-size",
  title: "Pool size",
  question: "How many models does the router need, picked at random or by a curator?",

  fits: true,
  followsFirst: true,

  async run(input): Promise<Answer> {
    const curated = await curatedPools(input);
    const random = randomPools(input, curated.seeds, curated.sizes);
    return {
      findings: findings(input, curated, random),
      tables: [curatedTable(curated), randomTable(input.routers[0]!, curated, random)],
      charts: [curatedChart(input.routers[0]!, curated, random), randomChart(input.routers[0]!, curated, random)],
    };
  },
};

function quartiles(values: Float64Array): [number, number] {
  return [quantile(values, 0.25), quantile(values, 0.75)];
}

/** What routing adds, pool by pool. */
function gains({ router, bestSingle }: RandomPools): Float64Array {
  return router.map((value, pool) => value - bestSingle[pool]!);
}

function findings(input: AnalysisInput, curated: CuratedPools, random: readonly RandomPools[]): string[] {
  const { sizes, comparison, enough } = curated;
  const label = input.routers[0]!;
  const full = sizes.length - 1;
  const { mean: delta, ci95 } = comparison.difference(enough, full);
  const { router } = random[enough]!;
  const [low, high] = quartiles(router);
  const drawn = router.length < input.randomPools ? `All ${router.length} pools` : `${router.length} random pools`;
  if (enough === full)
    return [`${label} is better over all ${sizes[full]} models than over any smaller curated pool tried.`];
  const smallest = enough === 0 ? "" : " Every smaller curated pool tried is worse beyond noise.";
  return [
    `${label} scores ${share(comparison.mean[enough]!)} % over ${plural(sizes[enough]!, "curated model")} and ${share(comparison.mean[full]!)} % over all ${sizes[full]}: ` +
      `${points(delta)} points (95 % interval ${points(ci95[0])} to ${points(ci95[1])}).${smallest}${lossNotExcluded(ci95)}`,
    `${drawn} of that size score ${share(mean(router))} % in the mean (middle half: ${share(low)} to ${share(high)} %).`,
  ];
}

function curatedTable({ sizes, comparison, costUsd, seeds }: CuratedPools): Answer["tables"][number] {
  const full = sizes.length - 1;
  return {
    title: "Curated pools",
    note: `The best model, the best pair, then whatever helps an oracle most, judged on the training part of each seed. Cost: of one test part, the mean over ${plural(seeds.length, "seed")}.`,
    columns: [
      { name: "Models", unit: "count" },
      { name: "AvgAcc", unit: "fraction" },
      { name: "low", unit: "fraction" },
      { name: "high", unit: "fraction" },
      { name: "Against full", unit: "points" },
      { name: "low", unit: "points" },
      { name: "high", unit: "points" },
      { name: "Cost", unit: "usd" },
    ],
    rows: sizes.map((size, k) => {
      const { mean: delta, ci95 } = comparison.difference(k, full);
      const numbers = [comparison.mean[k]!, ...comparison.interval(k)];
      const against = k === full ? [null, null, null] : [delta, ...ci95].map(finiteOrNull);
      return [size, ...numbers.map(finiteOrNull), ...against, finiteOrNull(costUsd[k])];
    }),
  };
}

function randomTable(label: string, { sizes }: CuratedPools, random: readonly RandomPools[]): Answer["tables"][number] {
  return {
    title: "Pools drawn at random",
    note: "Means over the pools, with the quartiles of the router and of its gain over the best single model of the same pool. Random, best single and oracle are those of each pool.",
    columns: [
      { name: "Models", unit: "count" },
      { name: "Pools", unit: "count" },
      { name: label, unit: "fraction" },
      { name: "Q1", unit: "fraction" },
      { name: "Q3", unit: "fraction" },
      { name: "Random", unit: "fraction" },
      { name: "Best single", unit: "fraction" },
      { name: "Oracle", unit: "fraction" },
      { name: "Gain", unit: "points" },
      { name: "Q1", unit: "points" },
      { name: "Q3", unit: "points" },
    ],
    rows: sizes.map((size, k) => {
      const own = random[k]!;
      const gain = gains(own);
      const lines = [own.random, own.bestSingle, own.oracle].map((values) => mean(values));
      const numbers = [mean(own.router), ...quartiles(own.router), ...lines, mean(gain), ...quartiles(gain)];
      return [size, own.router.length, ...numbers.map(finiteOrNull)];
    }),
  };
}

type LineChart = Extract<Answer["charts"][number], { kind: "lines" }>;
type Series = LineChart["series"][number];

function lineChart(title: string, series: Series[]): LineChart {
  return { kind: "lines", title, x: "models in the pool", y: "AvgAcc", unit: "fraction", series };
}

function curatedChart(label: string, curated: CuratedPools, random: readonly RandomPools[]): LineChart {
  const { sizes, comparison } = curated;
  const bestSingle = finiteOrNull(comparison.mean[sizes.length]);
  return lineChart(`${label} over pools of growing size`, [
    {
      name: "curated pool, 95 % interval",
      points: sizes.map((x, k) => {
        const [low, high] = comparison.interval(k).map(finiteOrNull);
        return { x, y: finiteOrNull(comparison.mean[k]), low: low!, high: high! };
      }),
    },
    quartileSeries(
      "random pools, middle half",
      sizes,
      random.map(({ router }) => router),
    ),
    { name: "best single model of all", points: sizes.map((x) => ({ x, y: bestSingle })) },
  ]);
}

function randomChart(label: string, { sizes }: CuratedPools, random: readonly RandomPools[]): LineChart {
  const of = (name: string, line: keyof RandomPools): Series =>
    quartileSeries(
      name,
      sizes,
      random.map((pools) => pools[line]),
    );
  return lineChart("Random pools: the router between the lines of the same pool, mean and middle half", [
    of("oracle", "oracle"),
    of(label, "router"),
    of("best single", "bestSingle"),
    of("random", "random"),
  ]);
}

function quartileSeries(name: string, sizes: readonly number[], pools: readonly Float64Array[]): Series {
  return {
    name,
    points: sizes.map((x, k) => {
      const [low, high] = quartiles(pools[k]!).map(finiteOrNull);
      return { x, y: finiteOrNull(mean(pools[k]!)), low: low!, high: high! };
    }),
  };
}
