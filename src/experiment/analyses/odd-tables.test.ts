/** Every analysis on tables that lack something: a clear answer or a clear error, never a defect or a NaN in words. */
import { describe, expect, test } from "vitest";
import { oneExpert, tableOf } from "../../../test/support/tables.ts";
import { SignalboxError, UsageError } from "../../core/errors.ts";
import type { OutcomeTable } from "../../core/outcome-table.ts";
import { selectTableModels } from "../../core/outcome-table.ts";
import { analysisInput as inputOf } from "../../../test/support/analysis-input.ts";
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
