/** The published tables, where the project's data folder is present: they need not be, so these tests say so. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import type { ReplayInput } from "../core/metric.ts";
import type { OutcomeTable } from "../core/outcome-table.ts";
import { sum } from "../math/stats.ts";
import { avgAcc } from "./accuracy.ts";
import { replayColumn, replayDatasetOracle } from "./baselines.ts";
import { replayDatasetOracleCompat } from "./compat-baselines.ts";
import { domainLeaders } from "./complementarity.ts";
import { costSave } from "./cost-save.ts";
import { impMax } from "./imp-max.ts";
import { impRand } from "./imp-rand.ts";
import { oracleGap } from "./oracle-gap.ts";
import { perfGain } from "./perf-gain.ts";
import { specInput, tableOf } from "../../test/support/spec-fixture.ts";

const dataFolder = process.env["SIGNALBOX_DATA"];

interface PaperTable {
  readonly columns: readonly { readonly id: string; readonly n: number }[];
  readonly rows: readonly { readonly model: string; readonly values: readonly (number | null)[] }[];
}

interface Table7 {
  readonly rows: readonly {
    readonly method: string;
    readonly acc: number;
    readonly imp_rand: number;
    readonly imp_max: number;
    readonly oracle_gap: number;
  }[];
}

describe.runIf(dataFolder)("the paper's tables", () => {
  test("the Dataset Oracle of Tables 9 and 10 costs 377.50 USD, or 427.07 with ties by order (§5.7)", () => {
    const table = wholeSets();
    expect(sum(replayDatasetOracle(table).costUsd)).toBeCloseTo(377.5, 6);
    expect(sum(replayDatasetOracleCompat(table).costUsd)).toBeCloseTo(427.07, 6);
  });

  test("against GPT-5's 416.31 USD that is a CostSave of 9.3 %, or −2.6 % (§5.7)", () => {
    const table = wholeSets();
    const best = replayColumn(
      table,
      table.models.findIndex(({ id }) => id === "GPT-5"),
    );
    // the printed total rounds ten cells, which sum to 416.32
    expect(Math.abs(sum(best.costUsd) - 416.31)).toBeLessThan(0.02);
    const point = (replay: typeof best): { costUsd: number; avgAcc: number } => ({
      costUsd: sum(replay.costUsd),
      avgAcc: avgAcc(replay.score, table.datasetOf, table.datasets.length),
    });
    const against = (replay: typeof best): Parameters<typeof costSave.compute>[0] => ({
      points: [point(replay)],
      bestSingle: point(best),
      pool: [],
      comparison: [],
      hasCost: true,
    });
    expect(costSave.compute(against(replayDatasetOracle(table)))).toBeCloseTo(0.093, 3);
    expect(costSave.compute(against(replayDatasetOracleCompat(table)))).toBeCloseTo(-0.026, 3);
    expect(perfGain.compute(against(replayDatasetOracle(table)))).toBeCloseTo(0.0487, 4);
  });

  test("the 24 derived cells of Table 7 recompute from its Acc column (§5.3)", () => {
    const { rows } = read("table7.json") as Table7;
    const accuracy = (method: string): number => rows.find((row) => row.method === method)!.acc / 100;
    expect(rows).toHaveLength(8);
    for (const { method, imp_rand, imp_max, oracle_gap } of rows) {
      const input = withAccuracies(
        accuracy(method),
        accuracy("Random Router"),
        accuracy("Max Expert"),
        accuracy("Oracle"),
      );
      // printed to three digits, from an Acc column printed to two
      expect(Math.abs(impRand.compute(input) - imp_rand)).toBeLessThan(0.00076);
      expect(Math.abs(impMax.compute(input) - imp_max)).toBeLessThan(0.00076);
      expect(Math.abs(oracleGap.compute(input) - oracle_gap)).toBeLessThan(0.00076);
    }
  });

  test("the leaders of Table 9 lead their columns", () => {
    const table = wholeSets();
    for (const { dataset, leaders } of domainLeaders(table)) {
      const row = Array.from(table.models, (_, j) => table.score.data[dataset * table.models.length + j]!);
      expect(leaders[0]?.accuracy).toBe(Math.max(...row.filter((value) => !Number.isNaN(value))));
    }
  });
});

function read(file: string): unknown {
  return JSON.parse(readFileSync(path.join(dataFolder ?? "", "..", "paper", file), "utf8"));
}

/** Tables 9 and 10 as outcomes: one row a data set, its score the accuracy there, its cost the total there. */
function wholeSets(): OutcomeTable {
  const accuracies = read("table9_performance_cost.json") as PaperTable;
  const costs = read("table10_costs.json") as PaperTable;
  const cells = ({ rows }: PaperTable, scale: number): number[][] =>
    accuracies.columns.map((_, d) => rows.map(({ values }) => (values[d] ?? NaN) / scale));
  return tableOf({
    models: accuracies.rows.map(({ model }) => model),
    datasetOf: accuracies.columns.map(({ id }) => id),
    score: cells(accuracies, 100),
    costUsd: cells(costs, 1),
  });
}

/** An input whose every prompt scores the given AvgAcc. */
function withAccuracies(replay: number, random: number, datasetOracle: number, oracle: number): ReplayInput {
  const input = specInput();
  const level = (value: number): ReplayInput["replay"] => ({
    ...input.replay,
    score: new Float64Array(6).fill(value),
  });
  return {
    ...input,
    replay: level(replay),
    random: level(random),
    datasetOracle: level(datasetOracle),
    oracle: level(oracle),
  };
}
