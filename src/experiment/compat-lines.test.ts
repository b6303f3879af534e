import { expect, test } from "vitest";
import { givenEncoder, tableOf } from "../../test/support/tables.ts";
import { selectTableRows } from "../core/outcome-table.ts";
import { matrix32 } from "../math/matrix.ts";
import { avgAcc } from "../metrics/accuracy.ts";
import { replayOracle } from "../metrics/baselines.ts";
import { replayDatasetOracleCompat, replayOracleCompat, replayRandomCompat } from "../metrics/compat-baselines.ts";
import { compareRouters } from "./compare.ts";
import type { CompareOptions } from "./compare-options.ts";
import { splitTable } from "./split.ts";

/** Half points, which the reference's Oracle counts in full. */
const score = Array.from({ length: 40 }, (_, i) => [0.5, i % 3 === 0 ? 1 : 0, i % 4 === 0 ? 0.5 : 0]);
const costUsd = score.map(() => [0.003, 0.002, 0.001]);
const table = tableOf({ score, costUsd, prompts: score.map((_, i) => `prompt ${i}`) });
const vectors = { ...matrix32(40, 2), data: Float32Array.from({ length: 80 }, (_, i) => (i % 2 === 0 ? 1 : 0)) };

function optionsFor(mode: "native" | "compat"): CompareOptions {
  return {
    split: { mode, trainRatio: 0.7, ood: [] },
    seeds: [42],
    routers: ["random"],
    encoder: givenEncoder({ table, vectors }),
    name: "made up",
    warnings: [],
    reproduce: "none",
    draws: 100,
    threads: 0,
  };
}

test("under the reference's split the lines are the reference's, gains against them included", async () => {
  const report = await compareRouters(table, optionsFor("compat"));
  const split = splitTable(table, { mode: "compat", trainRatio: 0.7, ood: [] }, 42);
  const rows = selectTableRows(table, split.test);
  const worth = ({ score: values }: { score: Float64Array }): number => avgAcc(values, rows.datasetOf, 1);
  const row = (name: string): number | null => report.routers.find((router) => router.name === name)!.avgAcc.mean;
  expect(row("random")).toBeCloseTo(worth(replayRandomCompat(rows)), 12);
  expect(row("oracle")).toBeCloseTo(worth(replayOracleCompat(rows)), 12);
  expect(row("dataset-oracle")).toBeCloseTo(worth(replayDatasetOracleCompat(rows)), 12);
  expect(row("oracle")).toBeGreaterThan(worth(replayOracle(rows)));
});

test("an oracle with a cost weight buys score only where it is worth its price", async () => {
  const withWeight = (costWeight: number): CompareOptions => ({
    ...optionsFor("native"),
    routers: ["oracle"],
    routerOptions: { oracle: { costWeight } },
  });
  const [free, dear, dearer] = await Promise.all(
    [0, 300, 1e6].map((weight) => compareRouters(table, withWeight(weight))),
  );
  const line = (report: typeof free): { avgAcc: number; costUsd: number } => {
    const { avgAcc: accuracy, totalCostUsd } = report!.routers.find(({ name }) => name === "oracle")!;
    return { avgAcc: accuracy.mean!, costUsd: totalCostUsd! };
  };
  expect(line(dear).costUsd).toBeLessThan(line(free).costUsd);
  expect(line(dear).avgAcc).toBeLessThanOrEqual(line(free).avgAcc);
  // At any price worth mentioning the cheapest answers: 12 test prompts at a thousandth of a dollar.
  expect(line(dearer).costUsd).toBeCloseTo(0.012, 12);
});
