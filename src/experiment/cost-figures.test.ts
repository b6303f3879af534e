import { expect, test } from "vitest";
import { givenEncoder, oneExpert } from "../../test/support/tables.ts";
import type { Report } from "../core/report.ts";
import { compareRouters } from "./compare.ts";

const sample = oneExpert({ queries: 400, seed: 5 });

function compareWith(costOf: (cell: number) => number): Promise<Report> {
  const { table } = sample;
  const costUsd = { ...table.costUsd, data: table.costUsd.data.map((_, cell) => costOf(cell)) };
  return compareRouters(
    { ...table, costUsd },
    {
      split: { mode: "native", trainRatio: 0.7, ood: [] },
      seeds: [42, 999, 2024],
      encoder: givenEncoder(sample),
      name: "made up",
      warnings: [],
      reproduce: "none",
      draws: 300,
      threads: 0,
      routers: ["knn", "linear"],
    },
  );
}

test("a saving stands inside its interval, and the cheapest way to be as good is said in words", async () => {
  const m = sample.table.models.length;
  // The best single model costs ten times as much as the others, which between them are better on three islands of four.
  const { routers, findings } = await compareWith((cell) => (cell % m === 2 ? 0.01 : 0.001));
  const savers = routers.filter(({ costSave }) => costSave !== null);
  expect(savers.length).toBeGreaterThan(0);
  for (const { costSave, costSaveCi95, costSaveDelta, costSaveOnValidation } of savers) {
    expect(costSaveCi95![0]).toBeLessThanOrEqual(costSave! + 1e-9);
    expect(costSaveCi95![1]).toBeGreaterThanOrEqual(costSave! - 1e-9);
    expect(costSaveDelta.mean).toBeGreaterThanOrEqual(-1e-9);
    expect(costSaveDelta.ci95![0]).toBeLessThanOrEqual(costSaveDelta.mean! + 1e-9);
    expect(costSaveDelta.ci95![1]).toBeGreaterThanOrEqual(costSaveDelta.mean! - 1e-9);
    expect(costSaveOnValidation).not.toBeNull();
  }
  for (const { costSave, costSaveCi95 } of routers) if (costSave === null) expect(costSaveCi95).toBeNull();
  expect(findings.some((finding) => finding.startsWith("As accurate as the best single model for less: "))).toBe(true);
});

test("where all models cost the same there is nothing to save", async () => {
  const { routers, findings } = await compareWith(() => 0.002);
  for (const { name, costSave } of routers) if (name === "knn") expect(costSave ?? 0).toBeCloseTo(0, 12);
  expect(findings).toContain(
    "On validation no router's sweep is as accurate as the best single model for less: no saving is claimed.",
  );
});
