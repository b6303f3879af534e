/** Routing over greedily curated pools of every size: what pool-size and curation both need. */
import type { AnalysisInput } from "./analysis.ts";
import type { Interval } from "../../math/stats.ts";
import { compareValues, curatedColumns, poolSeeds, poolSizes, routePool } from "./pools.ts";
import type { Comparison, PoolSeed } from "./pools.ts";
import { share } from "./wording.ts";

export interface CuratedPools {
  readonly seeds: readonly PoolSeed[];
  readonly sizes: readonly number[];
  /** [sizes] one method each, then best-single of the full pool */
  readonly comparison: Comparison;
  /** [sizes] mean over seeds of the total USD on test */
  readonly costUsd: readonly number[];
  /** position in `sizes` of the smallest pool that is not distinguishable from the full one, or better */
  readonly enough: number;
}

export async function curatedPools(input: AnalysisInput): Promise<CuratedPools> {
  const seeds = await poolSeeds({ ...input, routers: input.routers.slice(0, 1) });
  const sizes = poolSizes(input.table.models.length);
  const label = input.routers[0]!;
  const runs = sizes.map((size, done) => {
    input.onProgress?.(done, sizes.length, `curated pools, ${size} of ${input.table.models.length} models`);
    return seeds.map((seed) => routePool(input, seed, curatedColumns(seed, size, input.table.models.length), label));
  });
  const all = input.table.models.map((_, j) => j);
  const bestSingle = seeds.map((seed) => routePool(input, seed, all, "best-single"));
  const comparison = compareValues(
    input.table,
    seeds.map(({ split }) => split.test),
    [...runs, bestSingle].map((method) => method.map(({ score }) => score)),
    input.draws,
  );
  const full = sizes.length - 1;
  return {
    seeds,
    sizes,
    comparison,
    costUsd: runs.map((method) => mean(method.map(({ costUsd }) => costUsd.reduce((sum, cost) => sum + cost, 0)))),
    enough: sizes.findIndex((_, k) => k === full || comparison.difference(k, full).ci95[1] >= 0),
  };
}

/** What a pool that is not worse beyond noise may still lose; nothing to say below a point. */
export function lossNotExcluded([low]: Interval): string {
  return low < -0.01 ? ` The data do not exclude a loss of ${share(-low)} points.` : "";
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
