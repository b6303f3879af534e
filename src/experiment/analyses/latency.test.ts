import { expect, test } from "vitest";
import { analysisInput } from "../../../test/support/analysis-input.ts";
import { tableOf } from "../../../test/support/tables.ts";
import type { OutcomeTable } from "../../core/outcome-table.ts";
import { latency } from "./latency.ts";
import { analyze } from "./registry.ts";

const prompts = 200;

/** Two models; a row's scores and seconds from its place. */
function timedTable(score: (i: number) => [number, number], seconds: (i: number) => [number, number]): OutcomeTable {
  const table = tableOf({
    score: Array.from({ length: prompts }, (_, i) => score(i)),
    costUsd: Array.from({ length: prompts }, () => [0.002, 0.001]),
  });
  const data = Float64Array.from({ length: prompts * 2 }, (_, cell) => seconds(cell >> 1)[cell % 2]!);
  return { ...table, latencySeconds: { ...table.score, data } };
}

async function answer(table: OutcomeTable, routers: readonly string[]) {
  const { findings, tables } = await analyze(latency, analysisInput(table, routers));
  const [spread] = tables.slice(1);
  return { findings, rows: tables[0]!.rows, spread: spread!.rows };
}

test("accuracy and seconds are of the same prompts: those with a time for every choice", async () => {
  const oddWithout = (i: number): [number, number] => [i % 2 === 0 ? 10 : NaN, 1];
  const { findings, rows } = await answer(
    timedTable((i) => [i % 2 === 0 ? 1 : 0.8, 0], oddWithout),
    ["cheapest"],
  );
  expect(rows[0]!.slice(0, 3)).toEqual(["best-single", 1, 10]);
  expect(rows[1]!.slice(0, 3)).toEqual(["cheapest", 0, 1]);
  expect(findings.at(-1)).toMatch(/^\d+ test rows have no latency for some router's choice/);
});

test("the score with the wait priced in, and its difference, follow from the means", async () => {
  const { rows, findings, spread } = await answer(
    timedTable(
      () => [1, 0],
      () => [100, 1],
    ),
    ["cheapest"],
  );
  // 0 against 1 of AvgAcc; two tenfolds faster at 0.1 each
  expect(rows[1]![5]).toBeCloseTo(0.2, 12);
  expect(rows[1]![6]).toBeCloseTo(-0.8, 12);
  expect(findings[0]).toBe(
    "cheapest is 99.0 s faster than the best single model, −100.0 points of AvgAcc; with the wait priced in it is behind it (−80.0 points, 95 % interval −80.0 to −80.0).",
  );
  expect(spread).toEqual([
    ["best-single", 100, 100, 100],
    ["cheapest", 1, 1, 1],
  ]);
});

test("a router that always asks the best single model is level with it, in those words", async () => {
  const { findings } = await answer(
    timedTable(
      () => [1, 0],
      (i) => [1 + (i % 7), 1],
    ),
    ["priciest"],
  );
  expect(findings[0]).toContain("takes as long as the best single model");
  expect(findings[0]).toContain("with the wait priced in it is level with it");
});

test("a difference within noise is called not distinguishable, of seconds too", async () => {
  // Each is right on half the prompts and quick on half of them, in all four combinations.
  const { findings } = await answer(
    timedTable(
      (i) => (i % 2 === 0 ? [1, 0] : [0, 1]),
      (i) => (i % 4 < 2 ? [1, 9] : [9, 1]),
    ),
    ["cheapest", "priciest"],
  );
  expect(findings.join(" ")).toMatch(/which could be chance, .* not distinguishable from it/);
});

test("a router that draws its model waits the mean over its lottery, and no quantile of its waits is told", async () => {
  const { rows, spread } = await answer(
    timedTable(
      () => [1, 0],
      (i) => [10 + i, 2 + i],
    ),
    ["random", "cheapest"],
  );
  const seconds = rows.map(([, , value]) => value as number);
  expect(seconds[1]).toBeCloseTo((seconds[0]! + seconds[2]!) / 2, 9);
  expect(spread[1]).toEqual(["random", null, null, null]);
});

test("a lottery is drawn among the models with a record, as its score is", async () => {
  const table = timedTable(
    (i) => [1, i % 2 === 0 ? 0 : NaN],
    (i) => [10, i % 2 === 0 ? 2 : NaN],
  );
  const { rows, findings } = await answer(table, ["random", "best-single"]);
  expect(rows[1]![2]).toBeGreaterThan(6);
  expect(rows[1]![2]).toBeLessThan(10);
  expect(findings.join(" ")).not.toContain("left out");
});

test("a table without latencies and speeds is refused with the way to mend it", async () => {
  const { latencySeconds: _, ...bare } = timedTable(
    () => [1, 0],
    () => [1, 1],
  );
  await expect(analyze(latency, analysisInput(bare, ["knn"]))).rejects.toThrow("--speeds");
});
