import { expect, test } from "vitest";
import { tableOf } from "../../test/support/tables.ts";
import { hasCostAxis } from "../core/outcome-table.ts";
import { inspectTable } from "./inspect.ts";

const perSet = 20;
const rows = Array.from({ length: 2 * perSet }, (_, i) => (i < perSet ? "A" : "B"));

/** Two models on two data sets; `dear` costs 0.10 USD on A and what is told on B. */
function pricedOnA(onB: (i: number) => number) {
  return tableOf({
    models: ["cheap", "dear"],
    datasetOf: rows,
    score: rows.map((_, i) => [i % 2, 1]),
    costUsd: rows.map((set, i) => [0.01, set === "A" ? 0.1 : onB(i)]),
  });
}

test("answers whose cost is unknown throughout a data set are not billed at nothing: there is no cost axis, and words say where", () => {
  const { data, modelRows, oracle, random } = inspectTable(
    pricedOnA(() => NaN),
    "toy",
    [],
  );
  expect(data.hasCost).toBe(false);
  expect(data.warnings.join("\n")).toContain(
    "The cost of no answer is known of dear on B, so every cost figure is left out",
  );
  expect(modelRows.map(({ totalCostUsd, meanCostUsd }) => [totalCostUsd, meanCostUsd])).toEqual([
    [null, null],
    [null, null],
  ]);
  expect([oracle.totalCostUsd, random.totalCostUsd]).toEqual([null, null]);
});

test("where the cost of some answers is known, the others cost their mean, and the axis stays", () => {
  const table = pricedOnA((i) => (i === perSet ? 0.3 : NaN));
  expect(hasCostAxis(table)).toBe(true);
  const { data, modelRows } = inspectTable(table, "toy", []);
  expect(data.warnings.join("\n")).not.toContain("cost");
  expect(modelRows.find(({ name }) => name === "dear")?.totalCostUsd).toBeCloseTo(perSet * 0.4, 9);
});

test("a model that was never asked on a data set has no cost there to know", () => {
  const table = tableOf({
    models: ["everywhere", "here"],
    datasetOf: rows,
    score: rows.map((set) => [1, set === "A" ? 1 : NaN]),
  });
  expect(hasCostAxis(table)).toBe(true);
});

test("a data set tells nothing of a model that was never run on it, and leaders are those who were", () => {
  const { datasetRows } = inspectTable(
    tableOf({
      models: ["everywhere", "here"],
      datasetOf: rows,
      score: rows.map((set) => (set === "A" ? [0, 1] : [0, NaN])),
    }),
    "toy",
    [],
  );
  expect(datasetRows.map(({ bestModel, leaders }) => [bestModel, leaders])).toEqual([
    [
      "here",
      [
        { model: "here", accuracy: 1 },
        { model: "everywhere", accuracy: 0 },
      ],
    ],
    ["everywhere", [{ model: "everywhere", accuracy: 0 }]],
  ]);
});
