/**
 * Made-up tables whose every number is known: the worked example of the metrics (spec §5.0), and a maker for others.
 * Used by the tests; nothing in the library imports it.
 */
import type { CostAccuracy, PairInput, ReplayInput, SweepInput } from "../../src/core/metric.ts";
import { cellStatus } from "../../src/core/outcome-table.ts";
import type { CellStatus, OutcomeTable } from "../../src/core/outcome-table.ts";
import { filled, fromRows } from "../../src/math/matrix.ts";
import {
  replayChoices,
  replayColumn,
  replayDatasetOracle,
  replayExpectedRandom,
  replayOracle,
} from "../../src/metrics/baselines.ts";

export interface TableFacts {
  readonly models: readonly string[];
  /** data set id of each row; data sets are numbered in order of first appearance */
  readonly datasetOf: readonly string[];
  /** [n][m] NaN = missing */
  readonly score: readonly (readonly number[])[];
  /** [n][m] USD */
  readonly costUsd: readonly (readonly number[])[];
  /** cells "row,column" that failed */
  readonly failed?: readonly string[];
}

/** An outcome table of the given cells. A NaN score is a missing cell. */
export function tableOf({ models, datasetOf, score, costUsd, failed = [] }: TableFacts): OutcomeTable {
  const ids = [...new Set(datasetOf)];
  const n = datasetOf.length;
  const m = models.length;
  const status = Uint8Array.from({ length: n * m }, (_, cell): CellStatus => {
    const [i, j] = [Math.floor(cell / m), cell % m];
    if (failed.includes(`${i},${j}`)) return cellStatus.failed;
    return Number.isNaN(score[i]?.[j] ?? NaN) ? cellStatus.missing : cellStatus.scored;
  });
  return {
    datasets: ids.map((dataset) => ({ dataset, split: "test" })),
    models: models.map((id) => ({ id })),
    datasetOf: Int32Array.from(datasetOf, (id) => ids.indexOf(id)),
    index: Int32Array.from({ length: n }, (_, i) => i + 1),
    groupOf: Int32Array.from({ length: n }, (_, i) => i),
    prompts: datasetOf.map((id, i) => `${id} ${i + 1}`),
    score: fromRows(score),
    costUsd: fromRows(costUsd),
    promptTokens: filled(n, m, NaN),
    completionTokens: filled(n, m, NaN),
    status,
    prediction: () => "",
    digest: "made-up",
  };
}

/** The fixture of §5.0: models m1 m2 m3; data set A with four prompts, B with two. */
export function specTable(): OutcomeTable {
  const [a, b] = [
    [0.001, 0.004, 0.01],
    [0.002, 0.005, 0.02],
  ];
  return tableOf({
    models: ["m1", "m2", "m3"],
    datasetOf: ["A", "A", "A", "A", "B", "B"],
    score: [
      [1, 0, 0],
      [0, 1, 1],
      [0, 0, 1],
      [0, 0, 0],
      [0.5, 1, 0],
      [0, 1, 0],
    ],
    costUsd: [a, a, a, a, b, b],
  });
}

/** What router R of the fixture picks: m1 m3 m1 m1 | m2 m1. */
export const specChoices = Int32Array.of(0, 2, 0, 0, 1, 0);

/** Rankings of the fixture (§5.10): A1 123, A2 321, A3 123, A4 123, B1 213, B2 123. */
export const specRanking = Int32Array.of(0, 1, 2, 2, 1, 0, 0, 1, 2, 0, 1, 2, 1, 0, 2, 0, 1, 2);

/** The replay of R (or of `replay`) beside its baselines; Best Single is m2. */
export function specInput(table = specTable(), chosen = specChoices): ReplayInput {
  return {
    replay: replayChoices(table, chosen),
    test: { table, datasets: table.datasets.length, hasCost: true },
    bestSingle: replayColumn(table, 1),
    random: replayExpectedRandom(table),
    oracle: replayOracle(table),
    datasetOracle: replayDatasetOracle(table),
  };
}

/** Configurations as [USD, AvgAcc] pairs. */
export function points(...pairs: [costUsd: number, avgAcc: number][]): CostAccuracy[] {
  return pairs.map(([costUsd, avgAcc]) => ({ costUsd, avgAcc }));
}

/** The example of §5.5 and §5.8: pool m1 m2 m3, a method with c1 c2 c3, Best Single m2. */
export function exampleSweep(overrides: Partial<SweepInput> = {}): SweepInput {
  const pool = points([0.008, 0.25], [0.026, 0.625], [0.08, 0.25]);
  const configurations = points([0.02, 0.5], [0.024, 0.625], [0.04, 0.7]);
  return {
    points: configurations,
    bestSingle: pool[1]!,
    pool,
    comparison: [...pool, ...configurations],
    hasCost: true,
    ...overrides,
  };
}

/** The deferral curve of §6; its last point is the dearest and most accurate single model. */
export function deferralExample(): SweepInput {
  return exampleSweep({ points: points([0.1, 0.25], [0.3, 0.5], [0.6, 0.7], [1, 0.65]), pool: points([1, 0.65]) });
}

/** RouteLLM's example of §6. */
export function examplePair(): PairInput {
  const accuracy = [0.5, 0.575, 0.62, 0.66, 0.7];
  return {
    points: accuracy.map((value, i) => ({ strongShare: i / 4, accuracy: value })),
    weakAccuracy: 0.5,
    strongAccuracy: 0.7,
  };
}
