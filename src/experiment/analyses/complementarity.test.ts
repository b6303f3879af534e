import { expect, test } from "vitest";
import { analysisInput } from "../../../test/support/analysis-input.ts";
import { tableOf } from "../../../test/support/tables.ts";
import { complementarity } from "./complementarity.ts";
import { analyze } from "./registry.ts";

test("a model that was never run on a data set has no cell there and no place among its leaders", async () => {
  const sets = Array.from({ length: 40 }, (_, i) => (i % 2 === 0 ? "A" : "B"));
  const table = tableOf({
    models: ["everywhere", "here"],
    datasetOf: sets,
    score: sets.map((set) => (set === "A" ? [0, 1] : [0, NaN])),
  });
  const { tables, charts } = await analyze(complementarity, analysisInput(table, []));
  expect(tables[0]!.rows).toEqual([
    ["A", "here", 1, "everywhere", 0, "", null],
    ["B", "everywhere", 0, "", null, "", null],
  ]);
  expect(charts[0]).toMatchObject({
    kind: "heat",
    rows: [
      { name: "here", values: [1, null] },
      { name: "everywhere", values: [0, 0] },
    ],
  });
});
