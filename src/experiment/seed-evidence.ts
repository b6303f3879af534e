/** The runs of all seeds side by side with their baselines: what every figure of a report is computed from. */
import type { Replay, ReplayInput, TestRows } from "../core/metric.ts";
import { hasCostAxis, selectTableRows } from "../core/outcome-table.ts";
import type { OutcomeTable } from "../core/outcome-table.ts";
import {
  columnInterval,
  collapseSeeds,
  observedStatistic,
  pairedDifference,
  stratifiedBootstrap,
} from "../math/bootstrap.ts";
import type { PairedDifference } from "../math/bootstrap.ts";
import type { Matrix } from "../math/matrix.ts";
import { seededRandom } from "../math/random.ts";
import type { Interval } from "../math/stats.ts";
import { replayColumn } from "../metrics/baselines.ts";
import { stepDownMax } from "../math/step-down-max.ts";
import { resampledUnits } from "./resampled-units.ts";
import type { RouterRun, SeedRun } from "./seed-run.ts";

/** One seed's test rows and baselines. */
export interface SeedEvidence {
  readonly run: SeedRun;
  readonly test: TestRows;
  readonly baselines: Omit<ReplayInput, "replay" | "test">;
  /** every pool model, always asked */
  readonly models: readonly Replay[];
}

/** Gathers the baselines of every seed. The four reference lines must be among the routers. */
export function gatherEvidence(table: OutcomeTable, runs: readonly SeedRun[]): SeedEvidence[] {
  const hasCost = hasCostAxis(table);
  return runs.map((run) => {
    const rows = selectTableRows(table, run.split.test);
    return {
      run,
      test: { table: rows, datasets: table.datasets.length, hasCost },
      baselines: {
        bestSingle: runOf(run, "best-single").replay,
        random: runOf(run, "random").replay,
        oracle: runOf(run, "oracle").replay,
        datasetOracle: runOf(run, "dataset-oracle").replay,
      },
      models: table.models.map((_, j) => replayColumn(rows, j)),
    };
  });
}

/** The run of one router. @throws when it is not among them, which is a defect. */
export function runOf({ routers }: SeedRun, label: string): RouterRun {
  const found = routers.find((candidate) => candidate.label === label);
  if (!found) throw new Error(`no run of "${label}"`);
  return found;
}

/** Bootstrap draws of AvgAcc for all routers at once, paired. */
export interface AccuracyDraws {
  readonly labels: readonly string[];
  /** [routers] AvgAcc, mean over seeds */
  readonly observed: Float64Array;
  interval(label: string): Interval;
  /** a − b; `mean` is the observed difference */
  difference(a: string, b: string): PairedDifference;
  /** adjusted p of each pair, corrected over all of them together (math/step-down-max.ts) */
  pairs(pairs: readonly (readonly [a: string, b: string])[]): number[];
}

/** 10,000 resamples of prompts inside each data set, the same for every router; the seed comes from the splits' hash. */
export function drawAccuracies(
  table: OutcomeTable,
  runs: readonly SeedRun[],
  splitHash: string,
  draws: number,
): AccuracyDraws {
  const labels = runs[0]!.routers.map(({ label }) => label);
  const input = collapseSeeds(
    runs.map(({ split, routers }) => ({
      unitOf: resampledUnits(table, split.test),
      datasetOf: Int32Array.from(split.test, (r) => table.datasetOf[r]!),
      values: routers.map(({ replay }) => replay.score),
    })),
    { datasets: table.datasets.length },
  );
  const observed = observedStatistic(input);
  const drawn: Matrix = stratifiedBootstrap({ ...input, draws }, seededRandom("bootstrap", splitHash));
  const column = (label: string): number => labels.indexOf(label);
  return {
    labels,
    observed,
    interval: (label) => columnInterval(drawn, column(label)),
    difference: (a, b) => ({
      ...pairedDifference(drawn, column(a), column(b)),
      mean: observed[column(a)]! - observed[column(b)]!,
    }),
    pairs: (pairs) =>
      stepDownMax(
        observed,
        drawn,
        pairs.map(([a, b]) => [column(a), column(b)] as const),
      ),
  };
}
