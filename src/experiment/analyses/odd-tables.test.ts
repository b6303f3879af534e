/** Every analysis on tables that lack something: a clear answer or a clear error, never a defect or a NaN in words. */
import { describe, expect, test } from "vitest";
import { oneExpert, tableOf } from "../../../test/support/tables.ts";
import { SignalboxError, UsageError } from "../../core/errors.ts";
import type { OutcomeTable } from "../../core/outcome-table.ts";
import { cellStatus, selectTableModels } from "../../core/outcome-table.ts";
import { analysisSchema } from "../../core/analysis.ts";
import type { Analysis } from "../../core/analysis.ts";
import { analysisToTerminal } from "../../report/analysis-terminal.ts";
import { splitTable } from "../split.ts";
import { analysisInput as inputOf } from "../../../test/support/analysis-input.ts";
import { analyses, analyze } from "./registry.ts";

const { table: whole } = oneExpert({ queries: 90, seed: 4 });
const nothing = (data: Float64Array): Float64Array => data.map(() => NaN);

const { length: models } = whole.models;

/** The same table with no record where `isHidden`. */
function without(isHidden: (row: number, column: number) => boolean): OutcomeTable {
  const hidden = Array.from(whole.status, (_, cell) => isHidden(Math.floor(cell / models), cell % models));
  const blank = (data: Float64Array): Float64Array => data.map((value, cell) => (hidden[cell] ? NaN : value));
  return {
    ...whole,
    status: whole.status.map((status, cell) => (hidden[cell] ? cellStatus.missing : status)),
    score: { ...whole.score, data: blank(whole.score.data) },
    costUsd: { ...whole.costUsd, data: blank(whole.costUsd.data) },
  };
}

function timed(secondsOf: (cell: number) => number): OutcomeTable {
  const data = Float64Array.from(whole.score.data, (_, cell) => secondsOf(cell));
  return { ...whole, latencySeconds: { ...whole.score, data } };
}

const oddTables: Readonly<Record<string, OutcomeTable>> = {
  "without a score": { ...whole, score: { ...whole.score, data: nothing(whole.score.data) } },
  "of one model": selectTableModels(whole, Int32Array.of(0)),
  "of one data set": { ...whole, datasets: whole.datasets.slice(0, 1), datasetOf: whole.datasetOf.map(() => 0) },
  "without costs": { ...whole, costUsd: { ...whole.costUsd, data: nothing(whole.costUsd.data) } },
  "of one prompt": tableOf({ score: [[1, 0]] }),
  "of equal scores": { ...whole, score: { ...whole.score, data: whole.score.data.map(() => 1) } },
  "with a model that has no record": without((_, column) => column === 1),
  "with models that lack a data set": without((row, column) => column < 3 && whole.datasetOf[row] === 0),
  "with a data set that no model answered": without((row) => whole.datasetOf[row] === 0),
  "with some latencies": timed((cell) => (cell % 5 === 0 ? NaN : 1 + (cell % models))),
  "with latencies of 0 s": timed(() => 0),
};

describe.each(analyses.map((kind) => ({ name: kind.name, kind })))("analyze $name", ({ kind }) => {
  const routerSets = [["linear", "best-single"], ["best-single"], ["agreement"], kind.usualRouters ?? ["text-linear"]];

  test.each(Object.keys(oddTables))("a table %s", async (name) => {
    for (const routers of routerSets) {
      const outcome = await analyze(kind, inputOf(oddTables[name]!, routers)).catch((error: unknown) => error);
      if (outcome instanceof Error) {
        expect(outcome, outcome.stack).toBeInstanceOf(SignalboxError);
        expect((outcome as SignalboxError).mend, outcome.message).toBeTruthy();
      } else {
        const { findings, tables } = analysisSchema.parse(outcome);
        expect(findings.length).toBeGreaterThan(0);
        expect(tables.every(({ rows, columns }) => rows.every((row) => row.length === columns.length))).toBe(true);
        const text = analysisToTerminal(outcome as Analysis, { colour: false, width: 100 });
        expect(text).not.toMatch(/NaN|undefined|Infinity/);
      }
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

  test("says that there is nothing to catch up with where a refit does harm", async () => {
    // The second model alone is right on training prompts, and never on test prompts.
    const odd = { ...inputOf(whole, ["best-single"]), seeds: [1] };
    const { test: held } = splitTable(whole, odd.split, 1);
    const score = Float64Array.from(whole.score.data, (_, cell) => Number(cell % models === 1));
    for (const row of held) for (let j = 0; j < models; j++) score[row * models + j] = Number(j !== 1);
    const { findings } = await analyze(onboarding, {
      ...odd,
      table: { ...whole, score: { ...whole.score, data: score } },
    });
    expect(findings[0]).toContain("a refit with the newcomer does harm");
  });

  test("does not say how many labels it takes where the newcomer changes nothing", async () => {
    const alike = oddTables["of equal scores"]!;
    const { findings } = await analyze(onboarding, inputOf(alike, ["linear"]));
    expect(findings[0]).toContain("these data cannot say");
  });
});

test("a pool whose models all lack a data set is routed all the same, and scores nothing there", async () => {
  const lacking = without((row, column) => column < 3 && whole.datasetOf[row] === 0);
  const poolSize = analyses.find(({ name }) => name === "pool-size")!;
  const { tables } = await analyze(poolSize, { ...inputOf(lacking, ["linear"]), randomPools: 20 });
  expect(tables[1]!.rows.map(([size, pools]) => [size, pools])).toEqual([
    [1, 4],
    [2, 6],
    [3, 4],
    [4, 1],
  ]);
});
