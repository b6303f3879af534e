/** Which models earn their place: a pool grown greedily on the training part, judged on test. */
import { finiteOrNull } from "../../core/report.ts";
import { plural } from "../../core/plural.ts";
import type { AnalysisInput, AnalysisKind, Answer } from "./analysis.ts";
import { curatedPools, lossNotExcluded } from "./curated-pools.ts";
import type { CuratedPools } from "./curated-pools.ts";
import { curatedColumns } from "./pools.ts";
import type { PairedDifference } from "../../math/bootstrap.ts";
import { points, share } from "./wording.ts";

export const curation: AnalysisKind = {
  name: "curation",
  title: "Curation",
  question: "Which models are worth having, in which order, and when is it enough?",

  fits: true,
  followsFirst: true,

  async run(input): Promise<Answer> {
    const curated = await curatedPools(input);
    return {
      findings: findings(input, curated),
      tables: [table(input, curated)],
      charts: [
        {
          kind: "intervals",
          title: `${input.routers[0]} over curated pools, against the full pool`,
          x: "points of AvgAcc",
          unit: "points",
          better: "higher",
          rows: curated.sizes.slice(0, -1).map((size, k) => {
            const { mean, ci95 } = curated.comparison.difference(k, curated.sizes.length - 1);
            return { name: `${size} ${size === 1 ? "model" : "models"}`, value: mean, low: ci95[0], high: ci95[1] };
          }),
        },
      ],
    };
  },
};

/** The models of the pool of this size, with how many of the seeds chose each; most often chosen first. */
function members({ seeds, sizes }: CuratedPools, size: number): { column: number; seeds: number }[] {
  const chosen = new Map<number, number>();
  for (const seed of size === 0 ? [] : seeds)
    for (const j of curatedColumns(seed, size, sizes.at(-1)!)) chosen.set(j, (chosen.get(j) ?? 0) + 1);
  return [...chosen].map(([column, count]) => ({ column, seeds: count })).toSorted((a, b) => b.seeds - a.seeds);
}

function findings(input: AnalysisInput, curated: CuratedPools): string[] {
  const { sizes, comparison, enough } = curated;
  const size = sizes[enough]!;
  const full = sizes.length - 1;
  const chosen = members(curated, size);
  const nameOf = ({ column }: { readonly column: number }): string => input.table.models[column]!.id;
  const ids = chosen.slice(0, size).map(nameOf);
  const [label] = input.routers;
  const toFull = comparison.difference(enough, full);
  const against = ({ mean, ci95 }: PairedDifference): string =>
    `${points(mean)} points, 95 % interval ${points(ci95[0])} to ${points(ci95[1])}`;
  return [
    ...(enough === full
      ? [`${label} needs all ${size} models: every smaller curated pool tried is worse beyond noise.`]
      : [
          `The smallest curated pool that is not worse beyond noise has ${plural(size, "model")}: ${ids.join(", ")}.`,
          `${label} scores ${share(comparison.mean[enough]!)} % over ${size === 1 ? "it" : "them"} and ${share(comparison.mean[full]!)} % over all ${sizes[full]} (${against(toFull)}).${lossNotExcluded(toFull.ci95)}`,
        ]),
    ...(chosen.length > size ? [disagreement(chosen.map(nameOf), size, curated.seeds.length)] : []),
    size === 1
      ? "A curated pool of one is the best single model."
      : `Against the best single model ${label} over ${plural(size, "model")}: ${against(comparison.difference(enough, sizes.length))}.`,
  ];
}

/** The pool named is that of no one seed when the seeds chose differently. */
function disagreement(ids: readonly string[], size: number, seeds: number): string {
  return `The seeds do not agree on the pool: over ${plural(seeds, "seed")} ${ids.length} models were chosen for ${size} ${size === 1 ? "place" : "places"}; those named were chosen most often, and the next was ${ids[size]}.`;
}

function table({ table: { models } }: AnalysisInput, curated: CuratedPools): Answer["tables"][number] {
  const { sizes, comparison, costUsd, seeds } = curated;
  return {
    title: "The pool as it grows",
    note: `Chosen on the training part under ${plural(seeds.length, "seed")}, each on its own; a number after a model says under how many, when not all. Cost: of one test part, the mean over the seeds.`,
    columns: [
      { name: "Models", unit: "count" },
      { name: "AvgAcc", unit: "fraction" },
      { name: "Against full", unit: "points" },
      { name: "low", unit: "points" },
      { name: "high", unit: "points" },
      { name: "Cost", unit: "usd" },
      { name: "New in the pool", unit: "text" },
    ],
    rows: sizes.map((size, k) => {
      const { mean, ci95 } = comparison.difference(k, sizes.length - 1);
      const before = new Set(members(curated, sizes[k - 1] ?? 0).map(({ column }) => column));
      const fresh = members(curated, size)
        .filter(({ column }) => !before.has(column))
        .map(({ column, seeds: count }) => `${models[column]!.id}${count < seeds.length ? ` (${count})` : ""}`);
      const against = k === sizes.length - 1 ? [null, null, null] : [mean, ...ci95].map(finiteOrNull);
      return [size, finiteOrNull(comparison.mean[k]), ...against, finiteOrNull(costUsd[k]), fresh.join(", ")];
    }),
  };
}
