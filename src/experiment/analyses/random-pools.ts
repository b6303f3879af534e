/** Routing over pools drawn at random, each with the lines that it has of its own (data-and-metrics §7). */
import { permutation, seededRandom } from "../../math/random.ts";
import type { AnalysisInput } from "./analysis.ts";
import { compareValues, routePool } from "./pools.ts";
import type { PoolSeed } from "./pools.ts";

/** Pools of one size: AvgAcc of the router over each, and of three routers to measure it by. */
export interface RandomPools {
  /** one number per pool, all four in the order of the pools */
  readonly router: Float64Array;
  readonly random: Float64Array;
  readonly bestSingle: Float64Array;
  readonly oracle: Float64Array;
}

/** [sizes] the full pool is one pool. */
export function randomPools(input: AnalysisInput, seeds: readonly PoolSeed[], sizes: readonly number[]): RandomPools[] {
  const splits = seeds.map(({ split }) => split.test);
  return sizes.map((size, done) => {
    const pools = drawPools(input.table.models.length, size, input.randomPools);
    const accuracies = (label: string): Float64Array => {
      input.onProgress?.(done, sizes.length, `${label} over ${pools.length} random pools of ${size}`);
      const values = pools.map((pool) => seeds.map((seed) => routePool(input, seed, pool, label).score));
      return compareValues(input.table, splits, values, 0).mean;
    };
    return {
      router: accuracies(input.routers[0]!),
      random: accuracies("random"),
      bestSingle: accuracies("best-single"),
      oracle: accuracies("oracle"),
    };
  });
}

/**
 * Different pools of one size, as ascending columns: `wanted` of them, or all where there are no more. Draw by draw the
 * smaller pool lies within the larger, except where it would be one that was drawn before.
 */
export function drawPools(models: number, size: number, wanted: number): number[][] {
  const drawn = new Map<string, number[]>();
  const enough = Math.min(wanted, combinations(models, size));
  for (let draw = 0; drawn.size < enough; draw++) {
    const order = permutation(models, seededRandom("pool-size", draw));
    const pool = Array.from(order.subarray(0, size)).toSorted((a, b) => a - b);
    drawn.set(pool.join(" "), pool);
  }
  return [...drawn.values()];
}

function combinations(models: number, size: number): number {
  let count = 1;
  for (let k = 1; k <= size; k++) count = (count * (models - size + k)) / k;
  return Math.round(count);
}
