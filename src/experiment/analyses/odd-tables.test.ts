/** Every analysis on tables that lack something: a clear answer or a clear error, never a defect or a NaN in words. */
import { describe, expect, test } from "vitest";
import { oneExpert, tableOf } from "../../../test/support/tables.ts";
import { SignalboxError, UsageError } from "../../core/errors.ts";
import type { OutcomeTable } from "../../core/outcome-table.ts";
import { selectTableModels } from "../../core/outcome-table.ts";
import type { AnalysisInput } from "./analysis.ts";
import { curatedColumns, poolSeeds } from "./pools.ts";
import { analyses, analyze } from "./registry.ts";

const { table: whole } = oneExpert({ queries: 90, seed: 4 });
const nothing = (data: Float64Array): Float64Array => data.map(() => NaN);

const oddTables: Readonly<Record<string, OutcomeTable>> = {
  "without a score": { ...whole, score: { ...whole.score, data: nothing(whole.score.data) } },
  "of one model": selectTableModels(whole, Int32Array.of(0)),
  "of one data set": { ...whole, datasets: whole.datasets.slice(0, 1), datasetOf: whole.datasetOf.map(() => 0) },
  "without costs": { ...whole, costUsd: { ...whole.costUsd, data: nothing(whole.costUsd.data) } },
  "of one prompt": tableOf({ score: [[1, 0]] }),
  "of equal scores": { ...whole, score: { ...whole.score, data: whole.score.data.map(() => 1) } },
};

function inputOf(table: OutcomeTable, routers: readonly string[]): AnalysisInput {
  const ngram = (dimensions: number) => ({ kind: "ngram", options: { dimensions } }) as const;
  return {
    table,
    name: "odd",
    seeds: [1, 2],
    split: { mode: "native", trainRatio: 0.7, ood: [] },
    routers,
    encoders: [
      { name: "ngram", choice: ngram(8) },
      { name: "smaller", choice: ngram(4) },
    ],
    randomPools: 2,
    latencyWeight: 0.1,
    draws: 100,
  };
}

describe.each(analyses.map((kind) => ({ name: kind.name, kind })))("analyze $name", ({ kind }) => {
  test.each(Object.keys(oddTables))("a table %s", async (name) => {
    const outcome = await analyze(kind, inputOf(oddTables[name]!, ["linear", "best-single"])).catch(
      (error: unknown) => error,
    );
    if (outcome instanceof Error) {
      expect(outcome).toBeInstanceOf(SignalboxError);
      expect((outcome as SignalboxError).mend).toBeTruthy();
    } else {
      expect(JSON.stringify((outcome as { findings: string[] }).findings)).not.toMatch(/NaN|undefined|Infinity/);
      expect((outcome as { findings: string[] }).findings.length).toBeGreaterThan(0);
    }
  });
});

describe("analyze onboarding", () => {
  const onboarding = analyses.find(({ name }) => name === "onboarding")!;

  test("follows a router that reads no vectors", async () => {
    const { findings } = await analyze(onboarding, inputOf(whole, ["best-single"]));
    expect(findings[0]).toMatch(/^best-single: without the newcomer/);
  });

  test("names the routers that take no model in, and refuses when none does", async () => {
    const { findings } = await analyze(onboarding, inputOf(whole, ["mlp", "knn"]));
    expect(findings).toContain("mlp takes no model in without a refit, so it is not in the table.");
    await expect(analyze(onboarding, inputOf(whole, ["mlp"]))).rejects.toThrow(UsageError);
  });

  test("does not say how many labels it takes where the newcomer changes nothing", async () => {
    const alike = oddTables["of equal scores"]!;
    const { findings } = await analyze(onboarding, inputOf(alike, ["linear"]));
    expect(findings[0]).toContain("these data cannot say");
  });
});

describe("a curated pool", () => {
  test("of one model is the best single model, though the best pair goes without it", async () => {
    // a is right on four of six, b and c on three each, and always one of the two
    const rows = [
      [1, 1, 0],
      [1, 1, 0],
      [1, 0, 1],
      [1, 0, 1],
      [0, 0, 1],
      [0, 1, 0],
    ];
    const table = tableOf({ score: Array.from({ length: 60 }, (_, i) => rows[i % 6]!) });
    const [seed] = await poolSeeds(inputOf(table, ["best-single"]));
    expect(curatedColumns(seed!, 1, 3)).toEqual([0]);
    expect([...curatedColumns(seed!, 2, 3)].toSorted()).toEqual([1, 2]);
    expect([...curatedColumns(seed!, 3, 3)].toSorted()).toEqual([0, 1, 2]);
  });
});
