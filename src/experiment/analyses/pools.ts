/** Routing over parts of the pool: the same prompts, splits and vectors, fewer models. */
import { throwIfAborted } from "../../core/errors.ts";
import { selectTableModels, selectTableRows } from "../../core/outcome-table.ts";
import type { OutcomeTable } from "../../core/outcome-table.ts";
import type { Replay } from "../../core/metric.ts";
import {
  collapseSeeds,
  columnInterval,
  observedStatistic,
  pairedDifference,
  stratifiedBootstrap,
} from "../../math/bootstrap.ts";
import type { PairedDifference } from "../../math/bootstrap.ts";
import { row } from "../../math/matrix.ts";
import type { Matrix32 } from "../../math/matrix.ts";
import { seededRandom } from "../../math/random.ts";
import type { Interval } from "../../math/stats.ts";
import { bestSubsets } from "../../metrics/best-subsets.ts";
import { routerByName } from "../../routers/registry.ts";
import { estimateView } from "../choose.ts";
import { embedTable, planEmbedding } from "../embed-table.ts";
import { fitMaterial, fitRouter } from "../fit-router.ts";
import { availability, queryView } from "../query-view.ts";
import { replayPolicy } from "../replay.ts";
import { splitTable } from "../split.ts";
import type { Split } from "../split.ts";
import type { AnalysisInput } from "./analysis.ts";
import { resampledUnits } from "../resampled-units.ts";

/** One seed's split and vectors, shared by all pools. */
export interface PoolSeed {
  readonly seed: number;
  readonly split: Split;
  readonly vectors: Matrix32 | undefined;
  /** [size − 1] the columns a curator keeps of the pool, judged on the training rows alone; not always nested */
  readonly curated: readonly (readonly number[])[];
}

export async function poolSeeds(input: AnalysisInput): Promise<PoolSeed[]> {
  const { table, seeds, signal, onProgress } = input;
  const named = input.routers.map((label) => routerByName(label));
  const { plan, vectors } = await embedTable(table, input.encoders[0]!.choice, named, input);
  const out: PoolSeed[] = [];
  for (const [done, seed] of seeds.entries()) {
    throwIfAborted(signal, "analysis");
    onProgress?.(done, seeds.length, `encoding, seed ${seed}`);
    const split = splitTable(table, input.split, seed);
    const embedded =
      plan.kind === "none" ? undefined : await planEmbedding(table, plan, vectors, seed, signal)(split.train);
    const train = selectTableRows(table, split.train);
    const curated = bestSubsets(train, table.models.length).map(({ columns }) => columns);
    out.push({ seed, split, vectors: embedded?.vectors, curated });
  }
  return out;
}

/** The router's replay on the test rows of a seed when only these columns may be asked. */
export function routePool(input: AnalysisInput, seed: PoolSeed, columns: readonly number[], label: string): Replay {
  throwIfAborted(input.signal, "analysis");
  const pool = selectTableModels(input.table, Int32Array.from(columns));
  const unavailable = availability(pool);
  const { split, vectors } = seed;
  const rows = { train: split.train, validation: split.validation, unavailable };
  const fitting = { seed: seed.seed, signal: input.signal };
  const material = fitMaterial(pool, rows, { vectors, fingerprint: null }, fitting);
  // A pool of one leaves nothing to route, and some methods refuse it.
  const { fitted } = fitRouter(routerByName(columns.length === 1 ? "best-single" : label), material);
  const test = queryView(pool, split.test, vectors, unavailable);
  return replayPolicy(fitted, test, fitted.policy, estimateView(fitted, test));
}

/** Sizes worth a run: all of a small pool, ever wider steps in a large one; the full pool always. */
export function poolSizes(models: number): number[] {
  const wanted = [1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 24, 32, 48, 64, 96, 128];
  return models <= 10
    ? Array.from({ length: models }, (_, k) => k + 1)
    : [...wanted.filter((size) => size < models), models];
}

/** The columns of a curated pool of this size; all of them where the training rows cannot say which. */
export function curatedColumns({ curated }: PoolSeed, size: number, models: number): readonly number[] {
  return (size < models ? curated[size - 1] : undefined) ?? Array.from({ length: models }, (_, j) => j);
}

/** Several methods on the same test prompts: their means, intervals and paired differences. */
export interface Comparison {
  /** mean over seeds of the mean over data sets */
  readonly mean: Float64Array;
  interval(method: number): Interval;
  difference(a: number, b: number): PairedDifference;
  /** a number made of several methods' means, with its interval over the same resamples */
  derived(of: (means: Float64Array) => number): { readonly mean: number; readonly ci95: Interval };
}

/** `values` [methods][seeds][test rows]; `splits` the test rows of each seed. */
export function compareValues(
  table: OutcomeTable,
  splits: readonly Int32Array[],
  values: readonly (readonly Float64Array[])[],
  draws: number,
): Comparison {
  const collapsed = collapseSeeds(
    splits.map((rows, s) => ({
      unitOf: resampledUnits(table, rows),
      datasetOf: Int32Array.from(rows, (r) => table.datasetOf[r]!),
      values: values.map((method) => method[s]!),
    })),
    { datasets: table.datasets.length },
  );
  const observed = observedStatistic(collapsed);
  const drawn = stratifiedBootstrap({ ...collapsed, draws }, seededRandom("analysis", table.digest));
  return {
    mean: observed,
    interval: (method) => columnInterval(drawn, method),
    difference: (a, b) => ({ ...pairedDifference(drawn, a, b), mean: observed[a]! - observed[b]! }),
    derived(of) {
      const values = Float64Array.from({ length: drawn.rows }, (_, i) => of(row(drawn, i)));
      return { mean: of(observed), ci95: columnInterval({ rows: drawn.rows, cols: 1, data: values }, 0) };
    },
  };
}
